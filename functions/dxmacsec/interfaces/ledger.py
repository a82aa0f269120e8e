"""The ledger's rows of one link: locks, pauses, records and router tasks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from dxmacsec.compliance import Change
from dxmacsec.model import PAUSED_BY_HAND, RouterTaskKind


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock: the execution's ARN, its name for people, and since when."""

    execution: str
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """Why automation leaves a link alone until someone clears it."""

    reason: str
    sentence: str
    by: str
    at: datetime

    @property
    def by_hand(self) -> bool:
        """Tell whether a person set it, who may end it without a look at the line."""
        return self.reason == PAUSED_BY_HAND

    def over(self, earlier: Pause) -> Pause:
        """Return this pause in the place of one by hand, whose who and why its sentence keeps."""
        why = earlier.sentence.rstrip(".")
        return replace(self, sentence=f"{self.sentence} Before that it was paused by hand by {earlier.by}: {why}.")


@dataclass(frozen=True, slots=True)
class Note:
    """What a person did to a link's automation, for those who read its history; `record` is ready for JSON."""

    id: str
    at: datetime
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A router task that waits for an answer, for people to see; the token is what answers it."""

    task_id: str
    link: str
    kind: RouterTaskKind
    rotation: str
    token: str
    sent_at: datetime
    deadline: datetime
    message: dict[str, Any]


class Ledger(Protocol):
    """Locks, records, router tasks, pauses. Every write is conditional or repeats harmlessly."""

    def take_rotation(self, link: str, group: str | None, owner: Owner) -> Owner | None:
        """Take the `rotation` locks of a link and of its group in one transaction.

        Returns None when they are ours (also when they were before), else who holds one of them.
        """
        ...

    def holds_rotation(self, link: str, execution: str) -> bool:
        """Tell, by a consistent read, whether the link's `rotation` lock names this execution."""
        ...

    def take_acting(self, link: str, owner: Owner) -> Owner | None:
        """Take the `acting` lock; returns None when it is ours, else who holds it."""
        ...

    def holds_acting(self, link: str, execution: str) -> bool:
        """Tell, by a consistent read, whether the link's `acting` lock names this execution."""
        ...

    def free_acting(self, link: str, execution: str) -> Change | None:
        """Free the `acting` lock if this execution holds it; returns the change that waited for it, if any."""
        ...

    def free_rotation(self, link: str, group: str | None, execution: str) -> None:
        """Free the `rotation` locks that this execution holds."""
        ...

    def take_from_dead(self, link: str, group: str | None, dead: str, owner: Owner) -> bool:
        """Take the `rotation` locks of a link and of its group where each is free, ours, or a dead execution's.

        False when one is another's: then none is written, and a dead one's goes on saying whose work is to be
        finished. A repeat finds them ours.
        """
        ...

    def take_over_rotation(self, link: str, group: str | None, dead: str, owner: Owner) -> bool:
        """Take the link's `rotation` lock over from a dead execution, and its group's where that is dead's or free.

        False when the link's lock names neither the dead one nor us: then there is nothing of it to finish. A
        group's lock that somebody else took meanwhile stays theirs. A repeat finds the locks ours.
        """
        ...

    def take_over_acting(self, link: str, dead: str, owner: Owner) -> bool:
        """Take the `acting` lock over from a dead execution; False when it names neither that one nor us."""
        ...

    def rotation_owner(self, link: str, group: str | None) -> Owner | None:
        """Read who rotates this link or its group now, if anyone does."""
        ...

    def pause(self, link: str) -> Pause | None:
        """Read why the link's automation is paused, if it is."""
        ...

    def set_pause(self, link: str, pause: Pause) -> None:
        """Pause the link's automation; an earlier pause stays, but one by hand, which this one takes the place of.

        Whoever ends a pause by hand says nothing of the line. The sentence then keeps who paused by hand and why.
        """
        ...

    def enforcement_pause(self, link: str) -> Pause | None:
        """Read why enforcement of the link is paused, if it is."""
        ...

    def set_enforcement_pause(self, link: str, pause: Pause) -> None:
        """Pause enforcement of the link after a lowering; an earlier pause stays."""
        ...

    def pause_by_hand(self, link: str, pause: Pause, note: Note) -> bool:
        """Pause the link's automation and note who did, both or none; False where a pause is there already."""
        ...

    def clear_pause(self, link: str, pause: Pause, note: Note) -> bool:
        """Remove the pause that somebody saw and note who did, both or none; False when it is another one by now."""
        ...

    def clear_enforcement_pause(self, link: str, pause: Pause, note: Note) -> bool:
        """Remove the enforcement pause that somebody saw and note who did; False when it is another one by now."""
        ...

    def record(self, link: str, rotation_id: str, started_at: datetime, record: dict[str, Any]) -> None:
        """Write a rotation's or an enforcement's record, whole; a repeat writes the same."""
        ...

    def put_task(self, row: TaskRow) -> None:
        """Write a router task that waits for an answer."""
        ...

    def drop_task(self, link: str, task_id: str) -> None:
        """Remove a router task that waits no more."""
        ...
