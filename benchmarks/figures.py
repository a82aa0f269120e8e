"""A figure, its aim, and how far the one is from the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

Measure = Callable[[], "list[Figure]"]
"""Measures an area; what it returns is one row of the table each."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: what was measured, how much it is, and at most how much it may be.

    `low` and `high` are the spread of `rounds` measurements of which `value` is the median; without them there is no
    spread. Without an aim it is for the reader's information. `links` says of how many links it was measured, where
    that is what makes it grow. A figure that `wobbles` is another one in the next run on the same machine.
    """

    area: str
    what: str
    value: float
    unit: str = ""
    at_most: float | None = None
    low: float | None = None
    high: float | None = None
    rounds: int = 1
    note: str = ""
    links: int | None = None
    wobbles: bool = False

    @property
    def met(self) -> bool | None:
        """Tell whether the aim is met; None where there is none."""
        return None if self.at_most is None else self.value <= self.at_most

    @property
    def name(self) -> str:
        """Return what was measured, with the number of links that it was measured of."""
        if self.links is None:
            return self.what
        return f"{self.what}, {self.links:,} link{'' if self.links == 1 else 's'}"

    def document(self) -> dict[str, Any]:
        """Return the figure as JSON knows it."""
        return {
            "area": self.area,
            "what": self.what,
            "links": self.links,
            "value": self.value,
            "unit": self.unit,
            "aim": self.at_most,
            "met": self.met,
            "spread": None if self.low is None else [self.low, self.high],
            "rounds": self.rounds,
            "wobbles": self.wobbles,
            "note": self.note,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Figure:
        """Read a figure back from its JSON."""
        low, high = document["spread"] or (None, None)
        same = {
            name: document[name] for name in ("area", "what", "value", "unit", "rounds", "note", "links", "wobbles")
        }
        return cls(**same, at_most=document["aim"], low=low, high=high)


def spread(  # noqa: PLR0913 - a row of the table has so many columns
    area: str,
    what: str,
    values: Iterable[float],
    unit: str = "",
    at_most: float | None = None,
    *,
    note: str = "",
    links: int | None = None,
    wobbles: bool = False,
) -> Figure:
    """Return the median of several measurements with their spread."""
    seen = sorted(values)
    return Figure(area, what, median(seen), unit, at_most, seen[0], seen[-1], len(seen), note, links, wobbles)


def by_area(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    """Return the figures of each area, the areas in the order in which they come."""
    areas: dict[str, list[Figure]] = {}
    for figure in figures:
        areas.setdefault(figure.area, []).append(figure)
    return areas
