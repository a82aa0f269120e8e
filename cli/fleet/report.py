"""The fleet over a period, as data: whose key lived from when to when, what was rotated, what was not compliant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from cli.records.lines import Line, brought_in, line_of
from dxmacsec.adapters.home import Home
from dxmacsec.compliance import Status
from dxmacsec.interfaces import LinkView, Stories, StoryRow
from dxmacsec.model import LinkKind

SCHEMA = 1
READERS = 16
"""Links whose rows are read side by side."""


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when; the end belongs to it no more."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment is in it."""
        return self.start <= at < self.end

    @property
    def last(self) -> datetime:
        """Return the last moment in it."""
        return self.end - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class KeyLife:
    """A key in use: since when (None where nobody wrote it down), until when (None while it still is)."""

    ckn: str | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted, cut at the period's edges."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Lane:
    """One link over the period; `rotations` are those that started in it, the oldest first."""

    view: LinkView
    max_age: timedelta
    lives: tuple[KeyLife, ...]
    rotations: tuple[Line, ...]
    troubles: tuple[Span, ...]

    def count(self, *results: str) -> int:
        """Return how many rotations ended so."""
        return sum(line.result in results for line in self.rotations)

    @property
    def keyed(self) -> bool:
        """Tell whether the link holds a key."""
        return any(key.held for key in self.view.link.keys)


@dataclass(frozen=True, slots=True)
class FleetReport:
    """Every link that can hold a key, the oldest key first, over a period, as it looked at `at`."""

    period: Period
    lanes: tuple[Lane, ...]
    home: Home
    at: datetime

    def age_days(self, lane: Lane) -> float | None:
        """Return a key's age at the time of the report; None where nobody knows it, or where there is none."""
        return lane.view.age_days(self.at) if lane.keyed else None

    def figures(self) -> dict[str, Any]:
        """Return what one would put first: links, keys, ages, and how rotations ended."""
        ages = [age for lane in self.lanes if (age := self.age_days(lane)) is not None]
        results = Counter(line.result for lane in self.lanes for line in lane.rotations)
        return {
            "links": len(self.lanes),
            "with_a_key": sum(lane.keyed for lane in self.lanes),
            "due": sum(lane.view.is_due(self.at) for lane in self.lanes),
            "age_unknown": sum(lane.keyed and self.age_days(lane) is None for lane in self.lanes),
            "oldest_key_days": round(max(ages), 2) if ages else None,
            "median_key_days": round(median(ages), 2) if ages else None,
            "rotations": dict(sorted(results.items())),
            "not_compliant": sum(
                bool(lane.view.standing and lane.view.standing.status is Status.NON_COMPLIANT) for lane in self.lanes
            ),
        }


def read_report(
    views: Iterable[LinkView], stories: Stories, period: Period, *, max_age: timedelta, home: Home, now: datetime
) -> FleetReport:
    """Read the rows of every link that can hold a key; `max_age` holds for those whose own isn't known.

    Raises:
        Transient, AccessDenied: AWS failed, or the caller may not read the ledger.
    """
    able = [view for view in views if view.link.kind is not LinkKind.HOSTED and view.link.macsec_capable]
    with ThreadPoolExecutor(READERS) as readers:
        rows = readers.map(lambda view: list(stories.of_link(view.link.id)), able)
        lanes = [lane(view, each, period, max_age, now) for view, each in zip(able, rows, strict=True)]
    return FleetReport(period, oldest_first(lanes, now), home, now)


def oldest_first(lanes: Iterable[Lane], now: datetime) -> tuple[Lane, ...]:
    """Return the lanes by their keys' ages: those without a key or of unknown age first, as they ask for most."""

    def rank(lane: Lane) -> tuple[bool, float, str]:
        days = lane.view.age_days(now) if lane.keyed else None
        return (days is not None, -(days or 0.0), lane.view.link.id)

    return tuple(sorted(lanes, key=rank))


def lane(view: LinkView, rows: list[StoryRow], period: Period, max_age: timedelta, now: datetime) -> Lane:
    """Return one link over the period, from all its rows, the newest first."""
    rotations = [row for row in reversed(rows) if row.kind == "rotation" and "rotation" in row.record]
    verdicts = [row for row in reversed(rows) if row.kind == "verdict"]
    own = view.due_at - view.key_since if view.due_at and view.key_since else max_age
    return Lane(
        view=view,
        max_age=own,
        lives=tuple(life for life in lives_of(view, rotations) if _touches(life, period)),
        rotations=tuple(line_of(row) for row in rotations if period.holds(row.at)),
        troubles=_troubles(verdicts, period, now),
    )


def lives_of(view: LinkView, rotations: Iterable[StoryRow]) -> tuple[KeyLife, ...]:
    """Return the keys that were in use, one after the other; a key counts from its rotation's start.

    Before the first rotation there was some key, unless that one brought in the first.
    """
    brought = [row for row in rotations if brought_in(row.record)]
    starts = [(str(row.record["new_ckn"]), row.at) for row in brought]
    lives = [KeyLife(ckn, since, after[1]) for (ckn, since), after in pairwise(starts)]
    if starts:
        lives.append(KeyLife(*starts[-1], None))
        if brought[0].record.get("old_ckns"):
            lives.insert(0, KeyLife(brought[0].record["old_ckns"][0], None, starts[0][1]))
    elif any(key.held for key in view.link.keys):
        lives.append(KeyLife(view.link.keys[0].ckn, view.key_since, None))
    return tuple(lives)


def _touches(life: KeyLife, period: Period) -> bool:
    began = life.since is None or life.since < period.end
    return began and (life.until is None or life.until > period.start)


def _troubles(verdicts: list[StoryRow], period: Period, now: datetime) -> tuple[Span, ...]:
    """Return when the link was not compliant; before its first verdict nobody knows."""
    bad = [(row.at, (row.record.get("after") or {}).get("status") == Status.NON_COMPLIANT) for row in verdicts]
    ends = [at for at, _ in bad[1:]] + [min(now, period.end)]
    spans = (
        Span(max(start, period.start), min(end, period.end))
        for (start, wrong), end in zip(bad, ends, strict=False)
        if wrong
    )
    return tuple(span for span in spans if span.start < span.end)
