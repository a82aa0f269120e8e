"""What the demonstration sees: links, runs of the state machine, seconds of traffic; its lowest module."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

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
