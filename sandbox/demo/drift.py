"""A drift as it was seen: who set what, who heard of it, what was done, and what the line carried; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import dropwhile
from typing import Any, Final

from sandbox.demo.sights import LinkSeen, Step, Traffic, TrafficSpan

FULL_MODE: Final = "must_encrypt"
MODE_REASON: Final = "ModeNotEnforced"
"""The verdict's reason for a link whose mode is another one."""


@dataclass(frozen=True)
class ModeCall:
    """A call that set a link's mode, and whose it was."""

    link: str
    mode: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Told:
    """A `MACsec Compliance Changed` on the bus: the reasons before and after, whose change, what we started.

    `by` and `call` are empty where nobody knows who made the change. `at` is when we started something, and
    where we did not, when the event was seen on the bus.
    """

    link: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    sentence: str
    call: str
    by: str
    remedy: str
    at: datetime

    @classmethod
    def from_detail(cls, detail: Mapping[str, Any], seen_at: datetime) -> Told:
        """Read the event's detail.

        Raises:
            KeyError: a field is missing.
        """
        change, did = detail["change"] or {}, detail["did"] or {}
        return cls(
            link=str(detail["link"]),
            before=tuple((detail["before"] or {}).get("reasons", ())),
            after=tuple(detail["after"]["reasons"]),
            sentence=str(detail["sentence"]),
            call=str(change.get("call") or ""),
            by=_who(str(change.get("by") or "")),
            remedy=str(did.get("remedy") or ""),
            at=datetime.fromisoformat(did["at"]) if did else seen_at,
        )


@dataclass(frozen=True)
class Enforcement:
    """One execution of EnforceEncryption; `ended_at` is None while it runs."""

    execution: str
    status: str
    reason: str
    sentence: str
    started_at: datetime
    ended_at: datetime | None
    steps: tuple[Step, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Tell whether the execution ended SUCCEEDED."""
        return self.status == "SUCCEEDED"


@dataclass(frozen=True)
class Drift:
    """All that was seen of one drift so far.

    `heard_at` is when CloudTrail's event of the change was on the bus, None if it never was; `swept_at` is
    when the sweep was fired that has to find it instead.
    """

    link: LinkSeen
    set: ModeCall
    heard_at: datetime | None = None
    swept_at: datetime | None = None
    told: tuple[Told, ...] = ()
    enforcements: tuple[Enforcement, ...] = ()
    back: ModeCall | None = None

    @property
    def judged(self) -> Told | None:
        """Return the verdict that named the drift."""
        return next((each for each in self.told if MODE_REASON in each.after), None)

    @property
    def over(self) -> Told | None:
        """Return the verdict with which it was over."""
        late = dropwhile(lambda each: MODE_REASON not in each.after, self.told)
        return next((each for each in late if MODE_REASON not in each.after), None)

    @property
    def settled(self) -> bool:
        """Tell whether nothing more is to come: the mode is back, the enforcement has ended, the verdict is told."""
        ended = all(each.ended_at for each in self.enforcements)
        return bool(self.back and self.enforcements and ended and self.over)

    @property
    def failed(self) -> bool:
        """Tell whether an enforcement ended without success."""
        return any(each.ended_at and not each.succeeded for each in self.enforcements)

    @property
    def found_by(self) -> str:
        """Return what leads to the verdict: an event, or the sweep."""
        return "event" if self.heard_at else "sweep"

    @property
    def mended_seconds(self) -> float | None:
        """Return how long the mode was another one; None if it still is."""
        return self.after(self.back.at) if self.back else None

    def after(self, moment: datetime) -> float:
        """Return how many seconds after the drift a moment is."""
        return (moment - self.set.at).total_seconds()


def _who(arn: str) -> str:
    """Return the part of an identity's ARN that people know: `user/<name>`, or `role/<name>` without its session."""
    name = arn.rsplit(":", 1)[-1]
    return "/".join(("role", *name.split("/")[1:-1])) if name.startswith("assumed-role/") else name


def mode_back(calls: Iterable[ModeCall], drift: ModeCall) -> ModeCall | None:
    """Return the call that ended a drift: the first one after it that sets `must_encrypt` on the same link."""
    later = (call for call in calls if call.link == drift.link and call.at > drift.at)
    return next((call for call in later if call.mode == FULL_MODE), None)


def meanwhile(timeline: Sequence[TrafficSpan], since: datetime, until: datetime) -> Traffic:
    """Return a link's seconds between two moments by what happened to its frames."""

    def seconds(kind: str) -> float:
        inside = (min(end, until) - max(start, since) for start, end, what in timeline if what == kind)
        return sum((each for each in inside if each > timedelta(0)), timedelta()).total_seconds()

    return Traffic(seconds("encrypted"), seconds("clear"), seconds("dropped"))
