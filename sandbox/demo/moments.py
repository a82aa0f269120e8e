"""A drift, moment by moment: one row for each thing that happened, one column for each drift; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbox.demo.drift import FULL_MODE, Drift
from sandbox.demo.words import NESTED_STATES

SET, HEARD, SWEPT, JUDGED, BACK, ENDED, OVER = "set", "heard", "swept", "judged", "back", "ended", "over"
RAISE: Final = "RaiseMode"
_STATES: Final = tuple(NESTED_STATES)
_RAISED: Final = _STATES.index(RAISE) + 1
ORDER: Final = (SET, HEARD, SWEPT, JUDGED, *_STATES[:_RAISED], BACK, *_STATES[_RAISED:], ENDED, OVER)
"""The order in which things happen to a drift that is mended."""


@dataclass(frozen=True)
class Moment:
    """Something that happened, in words, and when."""

    what: str
    words: str
    at: datetime


def moments(drift: Drift) -> tuple[Moment, ...]:
    """Return what happened so far, in the order of time; what happens again counts from its first time."""
    return tuple(sorted(_moments(drift), key=lambda each: (each.at, ORDER.index(each.what))))


def _moments(drift: Drift) -> Iterator[Moment]:
    yield Moment(SET, f"{drift.set.by} sets {drift.set.mode}", drift.set.at)
    if drift.heard_at:
        yield Moment(HEARD, "CloudTrail's event is on the bus", drift.heard_at)
    if drift.swept_at:
        yield Moment(SWEPT, "the sweep looks at every link", drift.swept_at)
    if drift.judged:
        yield Moment(JUDGED, f"verdict: {_verdict(drift.judged.after)}", drift.judged.at)
    if drift.enforcements:
        yield from _enforced(drift)
    if drift.back:
        yield Moment(BACK, f"the mode is {FULL_MODE} again", drift.back.at)
    if drift.over:
        yield Moment(OVER, f"verdict: {_verdict(drift.over.after)}", drift.over.at)


def _enforced(drift: Drift) -> Iterator[Moment]:
    """Yield the states that the last enforcement entered, and its end."""
    enforcement, seen = drift.enforcements[-1], set[str]()
    for step in enforcement.steps:
        if step.state in NESTED_STATES and step.state not in seen:
            seen.add(step.state)
            yield Moment(step.state, NESTED_STATES[step.state], step.at)
    if enforcement.ended_at:
        yield Moment(ENDED, f"EnforceEncryption ends: {enforcement.reason}", enforcement.ended_at)


def _verdict(reasons: Sequence[str]) -> str:
    return reasons[0] if reasons else "-"


def side_by_side(drifts: Sequence[Drift]) -> tuple[tuple[str, tuple[float | None, ...]], ...]:
    """Return rows of words and, for each drift, the seconds after it; None where it did not happen there."""
    seen = [{each.what: each for each in moments(drift)} for drift in drifts]
    rows = []
    for what in ORDER:
        here = [column.get(what) for column in seen]
        words = list(dict.fromkeys(each.words for each in here if each))
        if words:
            each_after = tuple(drift.after(at.at) if at else None for drift, at in zip(drifts, here, strict=True))
            rows.append((" / ".join(words), each_after))
    return tuple(rows)
