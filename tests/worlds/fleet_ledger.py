"""The ledger's rows about the whole fleet, in memory."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dxmacsec.fleet import KeySince, Maintenance
from dxmacsec.interfaces import Owner, Pause
from tests.worlds.ledger import FakeLedger


@dataclass
class FakeFleetLedger:
    """Stands beside the ledger's other rows, whose locks and pauses it reads."""

    ledger: FakeLedger
    keys: dict[str, KeySince] = field(default_factory=dict)
    known: dict[str, Maintenance] = field(default_factory=dict)
    lock: Owner | None = None
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    coordinator: tuple[str, datetime] | None = None

    def key_since(self, links: Collection[str]) -> dict[str, KeySince]:
        return {link: self.keys[link] for link in links if link in self.keys}

    def set_key_since(self, link: str, key: KeySince) -> None:
        self.keys[link] = key

    def pauses(self, links: Collection[str]) -> dict[str, Pause]:
        return {link: self.ledger.pauses[link] for link in links if link in self.ledger.pauses}

    def rotating(self, links: Collection[str], groups: Collection[str]) -> dict[str, Owner]:
        rows = {f"LINK#{link}": link for link in links} | {f"GROUP#{group}": group for group in groups}
        locks = self.ledger.rotation_locks
        return {name: locks[row] for row, name in rows.items() if row in locks}

    def maintenances(self) -> tuple[Maintenance, ...]:
        return tuple(self.known.values())

    def put_maintenance(self, maintenance: Maintenance) -> None:
        before = self.known.get(maintenance.event)
        links = {*maintenance.links, *(before.links if before else ())}
        self.known[maintenance.event] = replace(maintenance, links=tuple(sorted(links)))

    def drop_maintenance(self, event: str) -> None:
        self.known.pop(event, None)

    def take_fleet(self, owner: Owner) -> Owner | None:
        if self.lock and self.lock.execution != owner.execution:
            return self.lock
        self.lock = owner
        return None

    def free_fleet(self, execution: str) -> None:
        if self.lock and self.lock.execution == execution:
            self.lock = None

    def note_coordinator(self, run: str, at: datetime) -> None:
        self.coordinator = (run, at)

    def coordinator_spoke_at(self) -> datetime | None:
        return self.coordinator[1] if self.coordinator else None

    def fleet_record(self, run: str, started_at: datetime, record: dict[str, Any]) -> None:
        self.records[f"{started_at.isoformat()}#{run}"] = json.loads(json.dumps(record))
