"""In which order links are rotated: never two of one group at the same time."""

from __future__ import annotations

from collections.abc import Iterable

from dxmacsec.fleet import DueLink

FLEET_REASON = "fleet run "
"""How the reason of a rotation begins that a run of the fleet started, and that the run tells of."""


def lay_waves(due: Iterable[DueLink], most_links: int) -> tuple[tuple[str, ...], ...]:
    """Lay links into waves: the nth of every group is in the nth rank, and a rank is cut to the width.

    So no wave holds two of one group, every link is in exactly one, and who comes first goes first.
    """
    ranks: list[list[str]] = []
    places: dict[tuple[str, bool], int] = {}
    for each in due:
        group = (each.group, each.declared)
        place = places.get(group, 0)
        places[group] = place + 1
        if place == len(ranks):
            ranks.append([])
        ranks[place].append(each.link)
    return tuple(tuple(rank[start : start + most_links]) for rank in ranks for start in range(0, len(rank), most_links))
