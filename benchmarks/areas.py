"""The areas that are measured, in the order in which they are shown; a new one is a module in this tuple."""

from __future__ import annotations

from typing import Protocol

from benchmarks import asset, cold, cost, fleet, organisation, restoring, rotation
from benchmarks.figures import Figure


class Area(Protocol):
    """A module that measures something; `AREA` is what its figures say, the module's name is what a person types."""

    AREA: str
    __name__: str

    def measure(self) -> list[Figure]:
        """Return the area's figures."""
        ...


AREAS: tuple[Area, ...] = (rotation, restoring, fleet, organisation, cold, asset, cost)


def name_of(area: Area) -> str:
    """Return the name by which a person asks for an area: its module's."""
    return area.__name__.rpartition(".")[2]
