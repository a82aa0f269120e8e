"""A figure, its aim, and how far the one is from the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

Measure = Callable[[], "list[Figure]"]
"""Measures an area; what it returns is one row of the table each."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: what was measured, how much it is, and at most how much it may be.

    `low` and `high` are the spread of `rounds` measurements of which `value` is the median; with one round, or a
    figure that does not wobble, they are the value. Without an aim it is for the reader's information.
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

    @property
    def met(self) -> bool | None:
        """Tell whether the aim is met; None where there is none."""
        return None if self.at_most is None else self.value <= self.at_most

    def document(self) -> dict[str, Any]:
        """Return the figure as JSON knows it."""
        return {**asdict(self), "met": self.met}


def spread(area: str, what: str, values: Iterable[float], unit: str = "", at_most: float | None = None) -> Figure:
    """Return the median of several measurements with their spread."""
    seen = sorted(values)
    return Figure(area, what, median(seen), unit, at_most, seen[0], seen[-1], len(seen))
