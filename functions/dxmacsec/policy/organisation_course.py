"""The course of a run over many accounts: everything that the order depends on, as it lies on the shelf.

Each round writes the next course and reads the one before, so that a step which runs twice writes the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from dxmacsec.organisation import DueThere, LeftThere, LinkEnd, SpanningLink, StopOn, TurnEnd


@dataclass(frozen=True, slots=True)
class Course:
    """How far a run is.

    `members` may get turns, `others` are only asked how their links of spanning groups stand. `open` are the due
    links that were not tried, oldest key first; `out` those of the wave that is under way. `asked` are the members
    to whom the last ask went, `told` what those who answered said of spanning groups, `silent` why the rest did not.
    `holdings` says which spanning groups a member ever held links of; one that never told is missing. `swept` are
    the figures of members' sweeps.
    """

    members: tuple[str, ...]
    others: tuple[str, ...] = ()
    stop_on: StopOn = StopOn.ALL
    most_members: int = 100
    wave: int = 0
    stopped: bool = False
    open: tuple[DueThere, ...] = ()
    out: tuple[DueThere, ...] = ()
    asked: tuple[str, ...] = ()
    answered: frozenset[str] = frozenset()
    told: Mapping[str, tuple[SpanningLink, ...]] = field(default_factory=dict)
    silent: Mapping[str, str] = field(default_factory=dict)
    holdings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    failed_groups: frozenset[str] = frozenset()
    ends: tuple[LinkEnd, ...] = ()
    turns: tuple[TurnEnd, ...] = ()
    left_out: tuple[LeftThere, ...] = ()
    left_out_counts: Mapping[str, int] = field(default_factory=dict)
    not_touched: tuple[DueThere, ...] = ()
    warnings: tuple[str, ...] = ()
    swept: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def unheard(self) -> tuple[str, ...]:
        """Return the members that are silent and never told which groups they hold: it may be any."""
        return tuple(member for member in self.silent if member not in self.holdings)


def plain(course: Course) -> dict[str, Any]:
    """Return a course as plain JSON values."""
    return {**asdict(course), "answered": sorted(course.answered), "failed_groups": sorted(course.failed_groups)}


def course_of(data: Mapping[str, Any]) -> Course:
    """Return the course that plain JSON values hold.

    Raises:
        KeyError, TypeError, ValueError: they hold none of this version.
    """
    return Course(
        members=tuple(data["members"]),
        others=tuple(data["others"]),
        stop_on=StopOn(data["stop_on"]),
        most_members=int(data["most_members"]),
        wave=int(data["wave"]),
        stopped=bool(data["stopped"]),
        open=tuple(DueThere(**each) for each in data["open"]),
        out=tuple(DueThere(**each) for each in data["out"]),
        asked=tuple(data["asked"]),
        answered=frozenset(data["answered"]),
        told={name: tuple(SpanningLink(**each) for each in links) for name, links in data["told"].items()},
        silent=dict(data["silent"]),
        holdings={name: tuple(groups) for name, groups in data["holdings"].items()},
        failed_groups=frozenset(data["failed_groups"]),
        ends=tuple(LinkEnd(**each) for each in data["ends"]),
        turns=tuple(TurnEnd(**each) for each in data["turns"]),
        left_out=tuple(LeftThere(**each) for each in data["left_out"]),
        left_out_counts=dict(data["left_out_counts"]),
        not_touched=tuple(DueThere(**each) for each in data["not_touched"]),
        warnings=tuple(data["warnings"]),
        swept=dict(data["swept"]),
    )
