"""Which links carry each other's traffic: no two of one group are rotated at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dxmacsec.model import Link
from dxmacsec.policy.situation import carries_its_traffic

GROUP_TAG = "dxmacsec:redundancy-group"
UNDECLARED_GROUP = "undeclared"
LONGEST_GROUP = 256
SPANNING = "org:"
"""How the name of a group begins whose links may be in several accounts and Regions."""


def redundancy_group(link: Link, resiliency_groups: Mapping[str, str]) -> tuple[str, bool]:
    """Return a link's redundancy group and whether somebody declared it.

    Direct Connect's resiliency group comes first, of the link or of one of its ports, then the tag.
    Links of which nobody said which belong together are all in one group: one at a time.
    """
    found = [resiliency_groups[each] for each in (link.id, *link.port_ids) if each in resiliency_groups]
    declared = found[0] if found else link.tags.get(GROUP_TAG, "").strip()
    if declared and len(declared) <= LONGEST_GROUP and declared.isprintable():
        return declared, True
    return UNDECLARED_GROUP, False


def is_spanning(group: str) -> bool:
    """Tell whether a declared group has links in other accounts or Regions, too: its name says so.

    A resiliency group's id, which AWS makes, begins otherwise, so that only a tag can say it.
    """
    return group.startswith(SPANNING)


def group_members(group: str | None, links: Iterable[Link], resiliency_groups: Mapping[str, str]) -> tuple[Link, ...]:
    """Return the links of a declared group."""
    return tuple(link for link in links if redundancy_group(link, resiliency_groups) == (group, True))


def dark_partners(partners: Iterable[Link]) -> tuple[str, ...]:
    """Return those that do not carry their traffic as they should: their group has one line less already."""
    return tuple(link.id for link in partners if not carries_its_traffic(link))
