"""What an execution is, what it was asked for, what it decides, sees and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dxmacsec.model.keys import OldKey

PAUSED_BY_HAND = "PausedByHand"
"""The reason of a pause that a person set: `resume` ends it, and `clear` refuses to."""


@dataclass(frozen=True, slots=True)
class Execution:
    """The Step Functions execution that runs: its ARN, its name and its start."""

    arn: str
    name: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class RotationRun:
    """One execution of `RotateKey`, as Step Functions describes it."""

    name: str
    status: str
    error: str = ""
    cause: str = ""
    ended_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Tell whether it is not over yet."""
        return self.status == "RUNNING"

    @property
    def succeeded(self) -> bool:
        """Tell whether the link uses its new key."""
        return self.status == "SUCCEEDED"


@dataclass(frozen=True, slots=True)
class Request:
    """What a person or a trigger asked for."""

    link: str
    reason: str | None = None
    urgent: bool = False
    dry_run: bool = False
    version_id: str | None = None
    accept_no_way_back: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided: the word that the machine steers by, a machine reason, a sentence."""

    next: str
    reason: str = ""
    sentence: str = ""
    wait_seconds: float = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rotation will do, decided before anything changes."""

    mode: str | None
    supersedes: tuple[OldKey, ...]
    reuse_version_id: str | None
    make_room: bool
    onboarding: bool
    dark_ports: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """What repeated looks at a link have shown; times are those of our own looks.

    `looked_at` is the last look, whether it saw anything or failed; None in a document of an older version.
    """

    started_at: datetime
    up_since: datetime | None = None
    looks: int = 0
    looked_at: datetime | None = None

    def seen(self, *, up: bool, at: datetime, longest_gap: timedelta | None = None) -> Watch:
        """Return the watch after one more look: Up lasts from its first look, a drop forgets it.

        So does a time longer than `longest_gap` in which nobody looked: what was not seen does not count as Up.
        """
        unseen = longest_gap is not None and self.unseen_for(at) > longest_gap
        since = at if unseen else self.up_since or at
        return replace(self, up_since=since if up else None, looks=self.looks + 1, looked_at=at)

    def unseen_for(self, at: datetime) -> timedelta:
        """Return how long ago the last look was; nothing before the first one."""
        return at - self.looked_at if self.looked_at else timedelta(0)

    def up_for(self, at: datetime) -> timedelta:
        """Return for how long the link has been up without a break, as far as we looked."""
        return at - self.up_since if self.up_since else timedelta(0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a rotation ended; `pause` keeps automation off the link until someone clears it."""

    status: str
    reason: str
    sentence: str
    pause: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One line of proof: what was looked at, when, and what was seen."""

    at: datetime
    what: str
    seen: str
