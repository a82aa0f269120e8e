"""What the coordinator of an organisation reaches: its members' machines, its own shelf and ledger, no link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from dxmacsec.interfaces.ledger import Owner
from dxmacsec.interfaces.outside import Clock, Executions, Herald
from dxmacsec.organisation import MemberRun, Shelved, StopOn


@dataclass(frozen=True, slots=True)
class Came:
    """What came back of one turn: its item, and what the turn made of it; `output` is None where it failed whole."""

    item: Mapping[str, Any]
    output: Mapping[str, Any] | None
    error: str = ""
    cause: str = ""


class Shelf(Protocol):
    """Where a run's lists lie: they would outgrow a state's payload. Writing twice writes the same."""

    def put(self, key: str, value: object) -> Shelved:
        """Put a JSON value on the shelf and return where it lies."""
        ...

    def get(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the JSON value of a key."""
        ...

    def results(self, came: Shelved) -> Iterator[Came]:
        """Yield what came back of each turn, as Step Functions' manifest says."""
        ...


class Members(Protocol):
    """The members' own machines, each reached by the role that it has for the coordinator."""

    def start(self, run: str, member: str, name: str, request: Mapping[str, Any]) -> None:
        """Start a member's `RotateFleet` under a name; a name that was used before starts nothing."""
        ...

    def look(self, run: str, member: str, name: str) -> MemberRun | None:
        """Describe the member's execution of a name; None where it knows none (yet)."""
        ...

    def sweep(self, run: str, member: str) -> Mapping[str, Any]:
        """Run a member's sweep and return its figures; a repeat sweeps again, which changes nothing twice."""
        ...


class CoordinatorLedger(Protocol):
    """The coordinator's own table: the lock and records of its runs, and who ever held links of which group."""

    def take_fleet(self, owner: Owner) -> Owner | None:
        """Take the lock; returns None when it is ours, else who holds it."""
        ...

    def free_fleet(self, execution: str) -> None:
        """Free the lock if this execution holds it."""
        ...

    def fleet_record(self, run: str, started_at: datetime, record: dict[str, Any]) -> None:
        """Write a run's record, whole; a repeat writes the same."""
        ...

    def holdings(self) -> dict[str, tuple[str, ...]]:
        """Read in which spanning groups each member that ever answered holds links."""
        ...

    def set_holding(self, member: str, groups: tuple[str, ...]) -> None:
        """Write down in which spanning groups a member holds links; a repeat writes the same."""
        ...


@dataclass(frozen=True, slots=True)
class CoordinatorLimits:
    """What the coordinator's deployer chose."""

    stop_on: StopOn
    most_members: int
    look_seconds: float
    poll_seconds: float


@dataclass(frozen=True, slots=True)
class CoordinatorWorld:
    """Everything that a step of the coordinator may reach."""

    clock: Clock
    executions: Executions
    shelf: Shelf
    members: Members
    ledger: CoordinatorLedger
    herald: Herald
    limits: CoordinatorLimits
