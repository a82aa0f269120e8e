"""TakeOver: the dead execution's locks become this one's, if they still name it."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import Owner, World
from dxmacsec.model import Recovery
from dxmacsec.steps.locks import take_acting_for


def take_over(recovery: Recovery, world: World) -> Recovery:
    """Return `taken`, or `nothing` when the locks name somebody else by now.

    By conditional writes, so that of two recoveries one goes on. Running it twice is safe: locks that are
    ours are taken again. The documents go on under this execution's name, so that the steps of a rotation
    find their locks held.

    Raises:
        ActingLockHeld: a nested enforcement died alone, and its parent, or another one, is acting.
    """
    mine = Owner(recovery.execution, recovery.id, world.clock.now())
    if not _took(recovery, mine, world):
        return recovery.to("nothing", "NothingToRecover", f"The locks of {recovery.link} name somebody else by now.")
    rotation, enforcement = recovery.rotation, recovery.enforcement
    if rotation is not None:
        rotation = replace(rotation, execution=recovery.execution)
    if enforcement is not None:
        enforcement = replace(enforcement, execution=recovery.execution, owner=recovery.execution)
    taken = replace(recovery, rotation=rotation, enforcement=enforcement)
    return taken.noting(mine.since, "locks", f"taken over from {recovery.dead}").to("taken")


def _took(recovery: Recovery, mine: Owner, world: World) -> bool:
    link, ledger = recovery.link, world.ledger
    if recovery.alone and recovery.enforcement is not None:
        take_acting_for(replace(recovery.enforcement, owner=recovery.execution), world)
        return True
    if recovery.rotation is None:
        return any(ledger.take_over_acting(link, owner, mine) for owner in recovery.owners)
    if not any(ledger.take_over_rotation(link, recovery.group, owner, mine) for owner in recovery.owners):
        return False
    for owner in recovery.owners:
        ledger.take_over_acting(link, owner, mine)
    return True
