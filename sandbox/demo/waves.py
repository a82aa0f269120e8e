"""Which links may rotate side by side: never two of one redundancy group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sandbox.demo.sights import LinkSeen

UNDECLARED: Final = "undeclared"
"""The one group of all links of which nobody said who their partners are."""


def waves(links: Sequence[LinkSeen]) -> tuple[tuple[LinkSeen, ...], ...]:
    """Return the links in as few waves as there are links in the largest group, their order kept."""
    made: list[list[LinkSeen]] = []
    for link in links:
        group = group_of(link)
        free = next((wave for wave in made if group not in map(group_of, wave)), None)
        if free is None:
            made.append(free := [])
        free.append(link)
    return tuple(tuple(wave) for wave in made)


def group_of(link: LinkSeen) -> str:
    """Return the redundancy group of a link."""
    return link.group or UNDECLARED
