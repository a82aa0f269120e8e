"""What the demonstration sees: links, runs of the state machine, seconds of traffic; its lowest module."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

TrafficSpan = tuple[datetime, datetime, str]
"""From, to, and what happened to a link's frames between."""

NOTHING: Final = "-"
SHORT_CKN_DIGITS: Final = 8


def short(ckn: str | None) -> str:
    """Return as much of a CKN as people compare, or a dash where there is none."""
    return ckn[:SHORT_CKN_DIGITS] if ckn else NOTHING


@dataclass(frozen=True)
class LinkSeen:
    """A link as Direct Connect describes it; `ckns` are those of the keys that are `associated`.

    `group` is the redundancy group of its tag, None where nobody declared one.
    """

    id: str
    name: str
    kind: str
    bandwidth: str
    mode: str
    encryption: str
    capable: bool
    ckns: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True)
class Step:
    """A state that an execution entered, and when."""

    state: str
    at: datetime


@dataclass(frozen=True)
class Started:
    """An execution of RotateKey that was started for a link."""

    link: str
    execution: str
    at: datetime


@dataclass(frozen=True)
class Run:
    """One execution of RotateKey that has ended; `nested` are the states of the enforcement in it."""

    link: str
    status: str
    reason: str
    sentence: str
    started_at: datetime
    ended_at: datetime
    steps: tuple[Step, ...] = ()
    nested: tuple[Step, ...] = ()
    old_ckn: str | None = None
    new_ckn: str | None = None
    proven_by: str | None = None
    answered_by: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Tell whether the execution ended SUCCEEDED."""
        return self.status == "SUCCEEDED"

    @property
    def seconds(self) -> float:
        """Return how long it took."""
        return (self.ended_at - self.started_at).total_seconds()

    @property
    def state_transitions(self) -> int:
        """Return how many states were entered, those of the nested machine included: Step Functions bills them."""
        return len(self.steps) + len(self.nested)


@dataclass(frozen=True)
class Traffic:
    """Seconds of one link by what happened to its frames."""

    encrypted_seconds: float
    clear_seconds: float
    dropped_seconds: float

    @property
    def unharmed(self) -> bool:
        """Tell whether not a single moment was clear or dropped."""
        return self.clear_seconds == 0 and self.dropped_seconds == 0


@dataclass(frozen=True)
class Due:
    """A link that a run over the fleet rotates, and why; `age_days` is None where nobody knows it."""

    link: str
    why: str
    age_days: float | None = None


@dataclass(frozen=True)
class LeftOut:
    """A link that a run over the fleet leaves alone, with a machine reason and a sentence."""

    link: str
    reason: str
    sentence: str


@dataclass(frozen=True)
class FleetPlan:
    """What PlanFleet decided; waves hold the ids of links."""

    waves: tuple[tuple[str, ...], ...]
    due: tuple[Due, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class FleetNow:
    """Where an execution of RotateFleet is; `wave` counts from 0, `plan` is None before there is one."""

    running: bool
    state: str | None = None
    wave: int = 0
    plan: FleetPlan | None = None


@dataclass(frozen=True)
class FleetRun:
    """One execution of RotateFleet that has ended; a result is link, status and reason."""

    status: str
    reason: str
    sentence: str
    results: tuple[tuple[str, str, str], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    not_touched: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Tell whether the execution ended SUCCEEDED."""
        return self.status == "SUCCEEDED"
