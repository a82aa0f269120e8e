"""The documents that travel through the state machines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, cast

from dxmacsec.model.keys import NewKey, OldKey
from dxmacsec.model.links import LinkKind
from dxmacsec.model.routers import RouterMode, RouterTaskKind
from dxmacsec.model.runs import Check, Outcome, Plan, Request, Verdict, Watch

SCHEMA = 1
"""Version of the document that travels; raised when a running execution could not read the new one."""


class Document:
    """What every document can: take the next verdict, and note a line of proof; itself it never changes."""

    __slots__ = ()

    verdict: Verdict
    checks: tuple[Check, ...]

    def to(self, next_: str, reason: str = "", sentence: str = "", wait_seconds: float = 0) -> Self:
        """Return the document with a new verdict."""
        return self._with(verdict=Verdict(next_, reason, sentence, wait_seconds))

    def noting(self, at: datetime, what: str, seen: str) -> Self:
        """Return the document with one more line of proof."""
        return self._with(checks=(*self.checks, Check(at, what, seen)))

    def _with(self, **fields: object) -> Self:
        changed: Self = replace(cast("Any", self), **fields)
        return changed


@dataclass(frozen=True, slots=True)
class Rotation(Document):
    """The document that travels through `RotateKey`: a step takes it and returns the next one."""

    schema: int
    id: str
    execution: str
    request: Request
    started_at: datetime
    link: str
    verdict: Verdict
    link_kind: LinkKind = LinkKind.CONNECTION
    member_given: str | None = None
    group: str | None = None
    group_declared: bool = False
    router_mode: RouterMode = RouterMode.MANUAL
    router_deadline_seconds: int = 0
    router_heartbeat_seconds: int = 0
    plan: Plan | None = None
    new_key: NewKey | None = None
    removing: OldKey | None = None
    retiring: OldKey | None = None
    retired: tuple[str, ...] = ()
    retire_sent_at: datetime | None = None
    asks: int = 0
    asked_ports: tuple[str, ...] = ()
    answer: dict[str, Any] | None = None
    watch: Watch | None = None
    proven_by: str | None = None
    promoted: bool = False
    made_room: bool = False
    enforced_mode: str | None = None
    remove_note: str | None = None
    checks: tuple[Check, ...] = ()
    failure: dict[str, Any] | None = None
    outcome: Outcome | None = None
    report: dict[str, Any] | None = None

    def task_id(self, kind: RouterTaskKind) -> str:
        """Return the id of the router task that is asked now; `asks` counts the answers judged so far."""
        return f"{self.id}.{kind}.{self.asks}"


@dataclass(frozen=True, slots=True)
class Enforcement(Document):
    """The document that travels through `EnforceEncryption`.

    `owner` is the execution in whose name it acts: its parent rotation, or itself.
    """

    schema: int
    id: str
    execution: str
    owner: str
    link: str
    started_at: datetime
    verdict: Verdict
    link_kind: LinkKind = LinkKind.CONNECTION
    member_given: str | None = None
    reason: str | None = None
    mode_before: str | None = None
    raised: bool = False
    raised_at: datetime | None = None
    lowered: bool = False
    watch: Watch | None = None
    checks: tuple[Check, ...] = ()
    failure: dict[str, Any] | None = None
    outcome: Outcome | None = None
    report: dict[str, Any] | None = None

    @property
    def nested(self) -> bool:
        """Tell whether a rotation started it: its locks are the parent's to free."""
        return self.owner != self.execution
