"""The nouns of a run over the whole fleet; like the model they are frozen and made of plain values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dxmacsec.model import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class FleetRequest:
    """What a person or the schedule asked for; without links and `all` it is: whoever is due.

    A run by age waits for a window that opens soon; one that names links is refused, unless `wait_for_window`.
    `coordinated` is the run of the organisation's coordinator that this one is a part of.
    """

    links: tuple[str, ...] = ()
    all: bool = False
    reason: str | None = None
    urgent: bool = False
    dry_run: bool = False
    wait_for_window: bool = False
    coordinated: str | None = None

    @property
    def by_age(self) -> bool:
        """Tell whether the age of the keys decides who is rotated."""
        return not self.links and not self.all

    @property
    def by_hand(self) -> bool:
        """Tell whether a person names the links: what automation hands over waits for a window."""
        return bool(self.links) and not self.wait_for_window


@dataclass(frozen=True, slots=True)
class Window:
    """When rotations may start: a cron expression of five fields, read in a zone, and for how long."""

    cron: str
    minutes: float
    zone: str


@dataclass(frozen=True, slots=True)
class KeySince:
    """Since when a link uses a key, as the rotation that brought it in wrote down."""

    ckn: str
    since: datetime
    rotation: str


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A maintenance that AWS Health announced; without links it may concern any of them."""

    event: str
    links: tuple[str, ...]
    start: datetime
    end: datetime | None
    what: str


@dataclass(frozen=True, slots=True)
class DueLink:
    """A link to rotate in this run, and why; `age_days` is None where nobody knows it."""

    link: str
    group: str
    declared: bool
    why: str
    age_days: float | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A link that this run leaves alone, with a machine reason and a sentence."""

    link: str
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Spanning:
    """A link of a group that may have links in other accounts and Regions, as the coordinator asks about it.

    `carries` is false where the link carries no traffic now, or where somebody changes its key.
    """

    link: str
    group: str
    carries: bool


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """Who is rotated in which wave, who is not and why, and which tags said something else."""

    due: tuple[DueLink, ...] = ()
    waves: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    spanning: tuple[Spanning, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveMember:
    """A link of the wave that starts now: its rotation's name, and what `RotateKey` is given."""

    link: str
    name: str
    input: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LinkResult:
    """How one link's rotation ended."""

    link: str
    rotation: str
    status: str
    reason: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The document that travels through `RotateFleet`.

    Waves hold ids only, and what is left out is counted by reason and shown for the first few: a
    state's payload ends at 256 KiB.
    https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    """

    schema: int
    id: str
    execution: str
    request: FleetRequest
    started_at: datetime
    verdict: Verdict
    due: tuple[DueLink, ...] = ()
    waves: tuple[tuple[str, ...], ...] = ()
    wave: int = 0
    members: tuple[WaveMember, ...] = ()
    came: tuple[LinkResult, ...] = ()
    results: tuple[LinkResult, ...] = ()
    held_since: datetime | None = None
    left_out: tuple[LeftOut, ...] = ()
    left_out_counts: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    spanning: tuple[Spanning, ...] = ()
    failure: dict[str, Any] | None = None
    outcome: Outcome | None = None
    report: dict[str, Any] | None = None

    def to(self, next_: str, reason: str = "", sentence: str = "", wait_seconds: float = 0) -> Fleet:
        """Return the document with a new verdict."""
        return replace(self, verdict=Verdict(next_, reason, sentence, wait_seconds))

    def untouched(self) -> tuple[str, ...]:
        """Return the planned links of which nothing was changed."""
        started = {result.link for result in self.results if result.status != "POSTPONED"}
        return tuple(due.link for due in self.due if due.link not in started)
