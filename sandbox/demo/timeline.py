"""The lives of keys and modes as data: what both drawings, in the terminal and in the file, are made from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbox.demo.drift import Enforcement, ModeCall
from sandbox.demo.sights import LinkSeen, Run, TrafficSpan
from sandbox.demo.words import STATES
from sandbox.twin import KeyLife

MARGIN_SECONDS: Final = 1.0
"""Shown before the first rotation and after the last."""

LEGEND: Final[dict[str, tuple[str, ...]]] = {
    "key": ("asked", "associated", "in use"),
    "mode": ("must_encrypt", "should_encrypt"),
    "traffic": ("encrypted", "clear", "dropped"),
}
"""What can happen to a key, to the mode, and to the traffic: the worse, the later."""
SPOKEN: Final[dict[str, str]] = {"asked": "asked for"}
"""What a legend says where one word is too little."""

Moment = Callable[[datetime], float]


@dataclass(frozen=True)
class Stretch:
    """Something that lasts; seconds since the first rotation started, cut at the picture's edges."""

    start: float
    end: float
    what: str

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return self.end - self.start


@dataclass(frozen=True)
class KeyRow:
    """One key of one link: its stretches, the later drawn over the earlier; `removed_at` if it left in sight."""

    ckn: str
    stretches: tuple[Stretch, ...]
    removed_at: float | None


@dataclass(frozen=True)
class Lane:
    """One link: its keys, oldest first, its mode, what was done to it, and what happened to the traffic.

    The worst traffic comes last, so that a moment of it is painted over what surrounds it.
    """

    link: LinkSeen
    keys: tuple[KeyRow, ...]
    phases: tuple[Stretch, ...]
    modes: tuple[Stretch, ...]
    traffic: tuple[Stretch, ...]


@dataclass(frozen=True)
class Timeline:
    """All links over one axis of seconds, from `start` to `end`; 0 is the start of the first rotation."""

    start: float
    end: float
    lanes: tuple[Lane, ...]

    @property
    def seconds(self) -> float:
        """Return the length of the axis."""
        return self.end - self.start

    def ticks(self, at_most: int) -> tuple[int, ...]:
        """Return whole seconds for the axis, evenly apart at 1, 2, 5, 10, … and no more than asked."""
        steps = (base * 10**power for power in range(6) for base in (1, 2, 5))
        step = next(step for step in steps if self.end / step < at_most)
        return tuple(range(0, math.floor(self.end) + 1, step))


@dataclass(frozen=True)
class Track:
    """What was noted of one link, in times of the day.

    `first_mode` is the one of before all calls that set a mode; `enforcements` are those without a rotation.
    """

    link: LinkSeen
    run: Run
    lives: Sequence[KeyLife]
    traffic: Sequence[TrafficSpan]
    first_mode: str
    modes: Sequence[ModeCall] = ()
    enforcements: Sequence[Enforcement] = ()

    @property
    def ended_at(self) -> datetime:
        """Return when the last thing that was done to the link ended."""
        return max([self.run.ended_at, *(each.ended_at for each in self.enforcements if each.ended_at)])


def timeline(tracks: Sequence[Track]) -> Timeline:
    """Lay the tracks over one axis.

    Raises:
        ValueError: there is no track.
        IndexError: a track's traffic was never measured.
    """
    zero = min(track.run.started_at for track in tracks)

    def seconds(moment: datetime) -> float:
        return (moment - zero).total_seconds()

    start, end = -MARGIN_SECONDS, max(seconds(track.ended_at) for track in tracks) + MARGIN_SECONDS
    end = min(end, *(seconds(track.traffic[-1][1]) for track in tracks))  # nothing is known of what comes after
    return Timeline(start, end, tuple(_lane(track, start, end, seconds) for track in tracks))


def _lane(track: Track, start: float, end: float, seconds: Moment) -> Lane:
    traffic = (Stretch(seconds(since), seconds(until), kind) for since, until, kind in track.traffic)
    return Lane(
        link=track.link,
        keys=tuple(_key_row(life, start, end, seconds) for life in track.lives),
        phases=tuple(_cut([*_phases(track.run, seconds), *_enforced(track, end, seconds)], start, end)),
        modes=tuple(_cut(_modes(track, start, end, seconds), start, end)),
        traffic=tuple(sorted(_cut(traffic, start, end), key=lambda each: LEGEND["traffic"].index(each.what))),
    )


def _key_row(life: KeyLife, start: float, end: float, seconds: Moment) -> KeyRow:
    removed = seconds(life.removed_at) if life.removed_at else None
    last = end if removed is None else removed
    asked = seconds(life.asked_at)
    associated = seconds(life.associated_at) if life.associated_at else last
    stretches = [
        Stretch(asked, associated, "asked"),
        Stretch(associated, last, "associated"),
        *(Stretch(seconds(since), seconds(until), "in use") for since, until in life.in_use),
    ]
    seen_leaving = removed if removed is not None and start < removed < end else None
    return KeyRow(life.ckn, tuple(_cut(stretches, start, end)), seen_leaving)


def _cut(stretches: Iterable[Stretch], start: float, end: float) -> list[Stretch]:
    inside = (Stretch(max(each.start, start), min(each.end, end), each.what) for each in stretches)
    return [each for each in inside if each.seconds > 0]


def _phases(run: Run, seconds: Moment) -> list[Stretch]:
    """Return a run's phases; a choice belongs to the phase before it, and neighbours of one phase are one."""
    named = [(STATES[step.state].phase, seconds(step.at)) for step in run.steps if step.state in STATES]
    begins = [each for index, each in enumerate(named) if index == 0 or named[index - 1][0] != each[0]]
    ends = [*(at for _, at in begins), seconds(run.ended_at)][1:]
    return [Stretch(at, until, phase) for (phase, at), until in zip(begins, ends, strict=True)]


def _enforced(track: Track, end: float, seconds: Moment) -> list[Stretch]:
    """Return the enforcements that had no rotation around them; one that still runs lasts to the end."""
    return [
        Stretch(seconds(each.started_at), seconds(each.ended_at) if each.ended_at else end, "enforce")
        for each in track.enforcements
    ]


def _modes(track: Track, start: float, end: float, seconds: Moment) -> list[Stretch]:
    calls = sorted(track.modes, key=lambda call: call.at)
    begins = [(start, track.first_mode), *((seconds(call.at), call.mode) for call in calls)]
    ends = [*(at for at, _ in begins[1:]), end]
    return [Stretch(at, until, mode) for (at, mode), until in zip(begins, ends, strict=True)]
