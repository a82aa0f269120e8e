"""Standings, remedies, later looks and findings, in memory."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from dxmacsec.compliance import Change, Judgement, Standing
from dxmacsec.interfaces import Owner, Pause
from dxmacsec.model import Link
from tests.worlds.fleet_ledger import FakeFleetLedger

EXECUTIONS = "arn:aws:states:us-east-1:123456789012:execution"


@dataclass
class FakeComplianceLedger:
    """Stands beside the ledger's other rows, whose locks, pauses and ages it reads and retires."""

    fleet: FakeFleetLedger

    @property
    def rows(self) -> dict[str, Standing]:
        """How links stand."""
        return self.fleet.ledger.standings

    @property
    def verdicts(self) -> dict[str, list[dict[str, Any]]]:
        """The records of a link's changes, the oldest first."""
        return self.fleet.ledger.verdicts

    def standings(self, links: Collection[str]) -> dict[str, Standing]:
        return {link: self.rows[link] for link in links if link in self.rows}

    def all_standings(self) -> dict[str, Standing]:
        return dict(self.rows)

    def note_standing(self, standing: Standing, record: dict[str, Any] | None) -> bool:
        if standing.version != self._version(standing.link) + 1:
            return False
        if record is not None:
            self._write(standing.link, record)
        self.rows[standing.link] = standing
        return True

    def mark_told(self, link: str, version: int) -> None:
        if version and self._version(link) == version:
            self.rows[link] = replace(self.rows[link], told=True)

    def acting(self, links: Collection[str]) -> dict[str, Owner]:
        locks = self.fleet.ledger.acting_locks
        return {link: locks[link] for link in links if link in locks}

    def wait_for_acting(self, link: str, owner: Owner, change: Change) -> bool:
        if not self.fleet.ledger.holds_acting(link, owner.execution):
            return False
        if change.event_id:
            self.fleet.ledger.waiting[link] = change
        self.fleet.ledger.waiting.setdefault(link, change)
        return True

    def enforcement_pauses(self, links: Collection[str]) -> dict[str, Pause]:
        pauses = self.fleet.ledger.enforcement_pauses
        return {link: pauses[link] for link in links if link in pauses}

    def retire(self, link: str, version: int, record: dict[str, Any]) -> bool:
        if not version or self._version(link) != version:
            return False
        self._write(link, record)
        del self.rows[link]
        self.fleet.keys.pop(link, None)
        self.fleet.ledger.pauses.pop(link, None)
        self.fleet.ledger.enforcement_pauses.pop(link, None)
        return True

    def _version(self, link: str) -> int:
        return self.rows[link].version if link in self.rows else 0

    def _write(self, link: str, record: dict[str, Any]) -> None:
        self.verdicts.setdefault(link, []).append(json.loads(json.dumps(record)))


@dataclass
class FakeRemedies:
    """Remembers what was asked for, by the name of its execution; a name starts one."""

    enforcements: dict[str, tuple[str, str]] = field(default_factory=dict)
    rotations: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    recoveries: dict[str, str] = field(default_factory=dict)

    def enforce(self, name: str, link: str, reason: str) -> str:
        self.enforcements.setdefault(name, (link, reason))
        return f"{EXECUTIONS}:EnforceEncryption:{name}"

    def recover(self, name: str, execution: str) -> str:
        self.recoveries.setdefault(name, execution)
        return f"{EXECUTIONS}:RecoverLink:{name}"

    def rotate(self, name: str, links: tuple[str, ...], reason: str) -> str:
        self.rotations.setdefault(name, (links, reason))
        return f"{EXECUTIONS}:RotateFleet:{name}"


@dataclass
class FakeLater:
    """Remembers what shall be looked at again, and after which time."""

    asked: list[tuple[str, Change, timedelta]] = field(default_factory=list)

    def look_again(self, link: str, change: Change, after: timedelta) -> None:
        self.asked.append((link, change, after))


@dataclass
class FakeFindings:
    """The last that was reported of each link, and the links whose findings are closed, with what became of them."""

    reported: dict[str, tuple[Link, Judgement, Standing]] = field(default_factory=dict)
    resolved: dict[str, tuple[Standing, str]] = field(default_factory=dict)

    def report(self, link: Link, judgement: Judgement, standing: Standing) -> None:
        self.resolved.pop(link.id, None)
        self.reported[link.id] = (link, judgement, standing)

    def resolve(self, link_id: str, standing: Standing, sentence: str) -> None:
        self.resolved[link_id] = (standing, sentence)
