"""The coordinator's world in one process: a shelf and a ledger in memory, and members that run their own fleets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dxmacsec.errors import AccessDenied
from dxmacsec.interfaces import Came, CoordinatorLimits, CoordinatorWorld, Owner
from dxmacsec.organisation import MemberRun, Shelved, StopOn
from tests.worlds.outside import FakeExecutions, FakeHerald
from tests.worlds.turning_clock import TurningClock

BUCKET = "shelf"


@dataclass
class FakeShelf:
    """JSON texts by their keys; what came back of turns lies there as a list of them."""

    texts: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, value: object) -> Shelved:
        self.texts[key] = json.dumps(value)
        return Shelved(BUCKET, key)

    def get(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        return json.loads(self.texts[key])

    def results(self, came: Shelved) -> Iterator[Came]:
        for entry in self.get(came.key):
            yield Came(**entry)


@dataclass
class FakeCoordinatorLedger:
    """The coordinator's rows, in memory."""

    lock: Owner | None = None
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: dict[str, tuple[str, ...]] = field(default_factory=dict)
    written: int = 0

    def take_fleet(self, owner: Owner) -> Owner | None:
        if self.lock and self.lock.execution != owner.execution:
            return self.lock
        self.lock = owner
        return None

    def free_fleet(self, execution: str) -> None:
        if self.lock and self.lock.execution == execution:
            self.lock = None

    def fleet_record(self, run: str, started_at: datetime, record: dict[str, Any]) -> None:
        self.records[f"{started_at.isoformat()}#{run}"] = json.loads(json.dumps(record))

    def holdings(self) -> dict[str, tuple[str, ...]]:
        return dict(self.held)

    def set_holding(self, member: str, groups: tuple[str, ...]) -> None:
        self.held[member] = groups
        self.written += 1


Fleet = Callable[[str, dict[str, Any]], MemberRun]
"""Runs a member's `RotateFleet` under a name, to its end."""


@dataclass
class FakeMembers:
    """Members by their names; a closed one lets nobody in, a slow one's run takes so many looks."""

    fleets: dict[str, Fleet]
    closed: set[str] = field(default_factory=set)
    slow: dict[str, int] = field(default_factory=dict)
    started: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    runs: dict[tuple[str, str], MemberRun] = field(default_factory=dict)
    looks: dict[tuple[str, str], int] = field(default_factory=dict)
    swept: list[str] = field(default_factory=list)

    def start(self, run: str, member: str, name: str, request: Mapping[str, Any]) -> None:
        self._let_in(run, member)
        if (member, name) not in self.runs:
            asked = json.loads(json.dumps(request))
            self.started.append((member, name, asked))
            self.runs[member, name] = self.fleets[member](name, asked)

    def look(self, run: str, member: str, name: str) -> MemberRun | None:
        self._let_in(run, member)
        self.looks[member, name] = self.looks.get((member, name), 0) + 1
        if self.looks[member, name] <= self.slow.get(member, 0):
            return MemberRun("RUNNING")
        return self.runs.get((member, name))

    def sweep(self, run: str, member: str) -> Mapping[str, Any]:
        self._let_in(run, member)
        self.swept.append(member)
        return {"counts": {"Compliant": 2}, "statuses": {"COMPLIANT": 2}, "changed": [], "started": ["arn:x"]}

    def _let_in(self, run: str, member: str) -> None:
        assert run
        if member in self.closed:
            message = f"become dxmacsec-member of {member}: AccessDenied: not authorized"
            raise AccessDenied(message)


@dataclass(frozen=True)
class CoordinatorScene:
    """What the coordinator's steps reach (`world`), and what stands behind it."""

    world: CoordinatorWorld
    clock: TurningClock
    executions: FakeExecutions
    shelf: FakeShelf
    members: FakeMembers
    ledger: FakeCoordinatorLedger
    herald: FakeHerald


def a_coordinator(
    fleets: dict[str, Fleet], *, stop_on: StopOn = StopOn.ALL, most_members: int = 100
) -> CoordinatorScene:
    """Return a coordinator of some members."""
    clock, executions, shelf = TurningClock(), FakeExecutions(), FakeShelf()
    members, ledger, herald = FakeMembers(fleets), FakeCoordinatorLedger(), FakeHerald()
    limits = CoordinatorLimits(stop_on, most_members, look_seconds=50, poll_seconds=5)
    world = CoordinatorWorld(clock, executions, shelf, members, ledger, herald, limits)
    return CoordinatorScene(world, clock, executions, shelf, members, ledger, herald)
