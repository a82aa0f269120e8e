"""A ledger in a dictionary."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from dxmacsec.compliance import Change, Standing
from dxmacsec.interfaces import Note, Owner, Pause, TaskRow


class FakeLedger:
    """Conditional writes as DynamoDB has them, and every document that was written."""

    def __init__(self) -> None:
        """Start empty."""
        self.rotation_locks: dict[str, Owner] = {}
        self.acting_locks: dict[str, Owner] = {}
        self.waiting: dict[str, Change] = {}
        self.pauses: dict[str, Pause] = {}
        self.enforcement_pauses: dict[str, Pause] = {}
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.tasks: dict[tuple[str, str], TaskRow] = {}
        self.notes: dict[str, list[Note]] = {}
        self.standings: dict[str, Standing] = {}
        self.verdicts: dict[str, list[dict[str, Any]]] = {}

    def take_rotation(self, link: str, group: str | None, owner: Owner) -> Owner | None:
        rows = _rows(link, group)
        for row in rows:
            other = self.rotation_locks.get(row)
            if other and other.execution != owner.execution:
                return other
        self.rotation_locks |= dict.fromkeys(rows, owner)
        return None

    def holds_rotation(self, link: str, execution: str) -> bool:
        return _names(self.rotation_locks, f"LINK#{link}", execution)

    def take_acting(self, link: str, owner: Owner) -> Owner | None:
        other = self.acting_locks.get(link)
        if other and other.execution != owner.execution:
            return other
        if link not in self.waiting:
            self.acting_locks[link] = owner
        return None

    def holds_acting(self, link: str, execution: str) -> bool:
        return _names(self.acting_locks, link, execution)

    def free_acting(self, link: str, execution: str) -> Change | None:
        if not self.holds_acting(link, execution):
            return None
        del self.acting_locks[link]
        return self.waiting.pop(link, None)

    def free_rotation(self, link: str, group: str | None, execution: str) -> None:
        for row in reversed(_rows(link, group)):
            if _names(self.rotation_locks, row, execution):
                del self.rotation_locks[row]

    def take_from_dead(self, link: str, group: str | None, dead: str, owner: Owner) -> bool:
        rows = _rows(link, group)
        held = [other.execution for row in rows if (other := self.rotation_locks.get(row))]
        if any(execution not in (dead, owner.execution) for execution in held):
            return False
        self.rotation_locks |= dict.fromkeys(rows, owner)
        return True

    def take_over_rotation(self, link: str, group: str | None, dead: str, owner: Owner) -> bool:
        own = self.rotation_locks.get(f"LINK#{link}")
        if own is None or own.execution not in (dead, owner.execution):
            return False
        self.rotation_locks[f"LINK#{link}"] = owner
        other = self.rotation_locks.get(f"GROUP#{group}")
        if group and (other is None or other.execution in (dead, owner.execution)):
            self.rotation_locks[f"GROUP#{group}"] = owner
        return True

    def take_over_acting(self, link: str, dead: str, owner: Owner) -> bool:
        other = self.acting_locks.get(link)
        if other is None or other.execution not in (dead, owner.execution):
            return False
        self.acting_locks[link] = owner
        return True

    def rotation_owner(self, link: str, group: str | None) -> Owner | None:
        owners = (self.rotation_locks.get(row) for row in _rows(link, group))
        return next((owner for owner in owners if owner), None)

    def pause(self, link: str) -> Pause | None:
        return self.pauses.get(link)

    def set_pause(self, link: str, pause: Pause) -> None:
        earlier = self.pauses.get(link)
        if earlier is None or earlier.by_hand:
            self.pauses[link] = pause.over(earlier) if earlier else pause

    def enforcement_pause(self, link: str) -> Pause | None:
        return self.enforcement_pauses.get(link)

    def set_enforcement_pause(self, link: str, pause: Pause) -> None:
        self.enforcement_pauses.setdefault(link, pause)

    def pause_by_hand(self, link: str, pause: Pause, note: Note) -> bool:
        if link in self.pauses:
            return False
        self.pauses[link] = pause
        self._note(link, note)
        return True

    def clear_pause(self, link: str, pause: Pause, note: Note) -> bool:
        return self._clear(self.pauses, link, pause, note)

    def clear_enforcement_pause(self, link: str, pause: Pause, note: Note) -> bool:
        return self._clear(self.enforcement_pauses, link, pause, note)

    def _clear(self, pauses: dict[str, Pause], link: str, pause: Pause, note: Note) -> bool:
        if pauses.get(link) != pause:
            return False
        del pauses[link]
        self._note(link, note)
        return True

    def _note(self, link: str, note: Note) -> None:
        self.notes.setdefault(link, []).append(replace(note, record=json.loads(json.dumps(note.record))))

    def record(self, link: str, rotation_id: str, started_at: datetime, record: dict[str, Any]) -> None:
        self.records[link, f"{started_at.isoformat()}#{rotation_id}"] = json.loads(json.dumps(record))

    def put_task(self, row: TaskRow) -> None:
        self.tasks[row.link, row.task_id] = row

    def drop_task(self, link: str, task_id: str) -> None:
        self.tasks.pop((link, task_id), None)

    def everything(self) -> str:
        """Return all that is written in it, as text to search."""
        rows: list[Owner | Pause | TaskRow | Change | Standing | Note] = [
            *self.rotation_locks.values(),
            *self.acting_locks.values(),
            *self.pauses.values(),
        ]
        rows += [*self.enforcement_pauses.values(), *self.tasks.values(), *self.waiting.values()]
        rows += [*self.standings.values(), *(note for notes in self.notes.values() for note in notes)]
        records = [*self.records.values(), *self.verdicts.values()]
        return json.dumps([[asdict(row) for row in rows], records], default=str)


def _rows(link: str, group: str | None) -> list[str]:
    return [f"LINK#{link}", f"GROUP#{group}"] if group else [f"LINK#{link}"]


def _names(locks: dict[str, Owner], row: str, execution: str) -> bool:
    owner = locks.get(row)
    return owner is not None and owner.execution == execution
