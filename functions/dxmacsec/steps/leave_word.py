"""A change that meets an `acting` lock leaves word there, and whoever frees the lock has it looked at again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dxmacsec.compliance import Change, PromptKind
from dxmacsec.interfaces import Owner, World
from dxmacsec.model import Link
from dxmacsec.steps.locks import is_dead


def leave_word(
    links: Collection[Link], prompts: Mapping[str, tuple[PromptKind, Change | None]], world: World
) -> tuple[str, ...]:
    """Return the links that somebody changes now, after leaving word at their locks.

    The end of our own doing waits for nothing: whoever still acts then has an end of its own.
    """
    busy = _busy([link.id for link in links], world)
    now = world.clock.now()

    def waits(link: str) -> bool:
        kind, change = prompts[link]
        return not kind.may_act or _left_at(link, busy[link], change or Change("", str(kind), "", now), world)

    return tuple(link for link in busy if waits(link))


def _busy(links: Collection[str], world: World) -> dict[str, Owner]:
    """Return who changes which link now."""
    acting = world.compliance_ledger.acting(links)
    return {link: owner for link, owner in acting.items() if not is_dead(owner, world)}


def _left_at(link: str, owner: Owner, word: Change, world: World) -> bool:
    """Leave word at a lock, or at its next owner's where it changed hands meanwhile; False when it is free."""
    while not world.compliance_ledger.wait_for_acting(link, owner, word):
        following = _busy([link], world).get(link)
        if following is None:
            return False
        owner = following
    return True
