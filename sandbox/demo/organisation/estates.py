"""The accounts of an organisation and their links: a local pair in each, and one group over all of them."""

from __future__ import annotations

from typing import Final

from sandbox.cloud.account import ACCOUNT_ID
from sandbox.twin import Estate, PortPlan
from sandbox.twin.estate import with_old_keys
from sandbox.twin.estates import LOCATIONS

GROUP_TAG: Final = "dxmacsec:redundancy-group"
SPANNING: Final = "org:"
"""How the names of groups begin whose links stand in for each other across accounts and Regions."""
SPANNING_GROUP: Final = "org:paris"
MOST_ACCOUNTS: Final = 7
KEY_AGE_DAYS: Final = 120


def account_ids(count: int) -> tuple[str, ...]:
    """Return the twelve digits of so many accounts: the sandbox's first, then 222233334444, 333344445555 and so on.

    Raises:
        ValueError: there are not so many.
    """
    if not 1 <= count <= MOST_ACCOUNTS:
        message = f"accounts: expected from 1 to {MOST_ACCOUNTS}, got {count}"
        raise ValueError(message)
    others = ("".join(str(digit) * 4 for digit in (n, n + 1, n + 2)) for n in range(2, count + 1))
    return (ACCOUNT_ID, *others)


def estate_of(number: int) -> Estate:
    """Return the links of the account of a number, counted from 1; no id is in two accounts.

    The two of `north` are partners of each other in their account only, although the name is the same everywhere.
    The keys of the first account are the oldest, so that it is clear who goes first.
    """
    links = (
        _link(number, "north1", "north-a", "EqDC2", "north"),
        _link(number, "north2", "north-b", "CSVA1", "north"),
        _link(number, "paris1", "paris", "EqDC2", SPANNING_GROUP),
    )
    return with_old_keys(Estate(LOCATIONS, connections=links), days=KEY_AGE_DAYS - number)


def _link(number: int, ending: str, name: str, location: str, group: str) -> PortPlan:
    tags = {GROUP_TAG: group}
    return PortPlan(f"dxcon-f{number}{ending}", name, location, mode="must_encrypt", keys=1, tags=tags)
