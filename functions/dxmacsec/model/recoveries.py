"""What RecoverLink reads of a dead execution, and the document that travels through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dxmacsec.model.documents import Document, Enforcement, Rotation
from dxmacsec.model.runs import Check, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Recovery(Document):
    """The document that travels through `RecoverLink`.

    `dead` is the execution whose work is finished, `owners` are those whose locks may be taken over: the dead
    one, and every RecoverLink that died over it. `rotation` and `enforcement` are the documents that died,
    carried on under this execution's name; `nested` is the enforcement's own execution where a rotation was its
    parent. `done` lists the roads that were taken, each at most once.
    """

    schema: int
    id: str
    execution: str
    started_at: datetime
    verdict: Verdict
    link: str = ""
    group: str | None = None
    dead: str = ""
    owners: tuple[str, ...] = ()
    nested: str | None = None
    reason: str = ""
    last_state: str = ""
    remove_sent: bool = False
    chain: int = 0
    rotation: Rotation | None = None
    enforcement: Enforcement | None = None
    done: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    failure: dict[str, Any] | None = None
    outcome: Outcome | None = None
    report: dict[str, Any] | None = None

    @property
    def alone(self) -> bool:
        """Tell whether a nested enforcement died by itself: its parent goes on, or closed without it."""
        return self.rotation is None and self.nested is not None


Travelling = Rotation | Enforcement | Recovery
"""Any document that an execution may have carried last."""


@dataclass(frozen=True, slots=True)
class Past:
    """One execution as Step Functions remembers it: how it ended, and what it carried last.

    `machine` is the machine's name without the product's prefix. `entered` holds the states of its last events,
    not of its whole life. `unread` says why a document that was there could not be read.
    """

    arn: str
    name: str
    machine: str
    status: str
    started_at: datetime
    ended_at: datetime | None = None
    error: str = ""
    input: dict[str, Any] = field(default_factory=dict)
    document: Travelling | None = None
    last_state: str = ""
    entered: frozenset[str] = frozenset()
    nested: str | None = None
    unread: str = ""
