"""What people read of a link: how it stands now, and what was written down about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from dxmacsec.compliance import Standing
from dxmacsec.interfaces.ledger import Owner, Pause, TaskRow
from dxmacsec.model import Link, RouterMode


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link as a person wants to see it: what Direct Connect says, and what the ledger knows of it.

    `group` is the redundancy group, `declared` whether somebody named it. `key_since` is None where nobody knows,
    and then the key counts as too old. `due_at` is when its age makes it due, None where it is never rotated by
    age (no MACsec, or `dxmacsec:rotate` is off). `tasks` are the router tasks that wait for an answer, `router_mode`
    who gives it where the next rotation starts.
    """

    link: Link
    group: str
    declared: bool
    standing: Standing | None = None
    key_since: datetime | None = None
    due_at: datetime | None = None
    pause: Pause | None = None
    enforcement_pause: Pause | None = None
    rotating: Owner | None = None
    acting: Owner | None = None
    tasks: tuple[TaskRow, ...] = ()
    warnings: tuple[str, ...] = ()
    router_mode: RouterMode = RouterMode.MANUAL

    def age_days(self, now: datetime) -> float | None:
        """Return how old the key is; None where nobody knows, or where there is none."""
        return (now - self.key_since).total_seconds() / 86_400 if self.key_since else None

    def is_due(self, now: datetime) -> bool:
        """Tell whether the key's age makes it due."""
        return self.due_at is not None and self.due_at <= now


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One row that was written down about a link: a rotation's or an enforcement's record, or a change of verdict.

    `kind` is `rotation` (enforcements and recoveries too: their records say which) or `verdict`.
    """

    link: str
    kind: str
    id: str
    at: datetime
    record: dict[str, Any]


class Stories(Protocol):
    """The ledger as people read it; nothing here changes anything."""

    def of_link(self, link: str, *, limit: int | None = None) -> Iterator[StoryRow]:
        """Yield what was written down about a link, the newest first."""
        ...

    def tasks(self, link: str) -> tuple[TaskRow, ...]:
        """Read the router tasks of a link that wait for an answer, the oldest first."""
        ...
