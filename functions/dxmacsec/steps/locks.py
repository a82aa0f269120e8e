"""Locks: every changing step checks first that the link is still its own execution's to change."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from dxmacsec.errors import ActingLockHeld, LockLost
from dxmacsec.interfaces import Clock, Executions, Owner, World
from dxmacsec.model import Enforcement, Rotation
from dxmacsec.policy.change_events import written

DEAD_LOCK_CLEARANCE = timedelta(seconds=120)
"""How long the lock of an ended execution stays: twice the time-out of the slowest function that
changes a link, for one that passed its lock check just before the end may still be on its way."""


RECOVERY_FIRST = timedelta(seconds=60)
"""How much longer everybody but RecoverLink leaves such a lock alone: what the dead one left is to be
finished before anybody else works on the link."""


def check_rotation_lock(rotation: Rotation, world: World) -> None:
    """Make sure that the link's `rotation` lock is this execution's.

    Raises:
        LockLost: it names another execution, or nobody.
    """
    if not world.ledger.holds_rotation(rotation.link, rotation.execution):
        message = f"The rotation lock of {rotation.link} is not held by {rotation.id}: nothing was changed."
        raise LockLost(message)


def take_acting(rotation: Rotation, world: World) -> None:
    """Take the `acting` lock for a rotation that holds its `rotation` lock; repeating keeps it.

    Raises:
        LockLost: the rotation lock is not ours.
        ActingLockHeld: somebody else is changing the link right now.
    """
    check_rotation_lock(rotation, world)
    owner = Owner(rotation.execution, rotation.id, world.clock.now())
    _take_acting(rotation.link, owner, world)


def take_acting_for(enforcement: Enforcement, world: World) -> None:
    """Take the `acting` lock in the name of the enforcement's owner; repeating keeps it.

    Raises:
        ActingLockHeld: somebody else is changing the link right now.
    """
    owner = Owner(enforcement.owner, enforcement.id, world.clock.now())
    _take_acting(enforcement.link, owner, world)


def check_acting_lock(enforcement: Enforcement, world: World) -> None:
    """Make sure that the link's `acting` lock is still in the enforcement's owner's name.

    Raises:
        LockLost: it names another execution, or nobody.
    """
    if not world.ledger.holds_acting(enforcement.link, enforcement.owner):
        message = f"The acting lock of {enforcement.link} is not held by {enforcement.id}: nothing was changed."
        raise LockLost(message)


def _take_acting(link: str, owner: Owner, world: World) -> None:
    other = world.ledger.take_acting(link, owner)
    if other is not None and is_dead(other, world):
        free_acting(link, other.execution, world)
        other = world.ledger.take_acting(link, owner)
    if other is not None:
        message = f"{link} is being changed by {other.name} since {other.since.isoformat()}."
        raise ActingLockHeld(message)


def free_acting(link: str, execution: str, world: World) -> None:
    """Free the `acting` lock if this execution holds it, and say so where a change waited for it.

    Whoever dies between the two leaves the change to the next sweep. Running it twice is safe: the second
    call finds no lock of this execution, or one that nobody waits for.
    """
    waited = world.ledger.free_acting(link, execution)
    if waited is not None:
        world.herald.event("MACsec Link Freed", {"link": link, "change": written(waited)})


class Onlooker(Protocol):
    """Who can tell whether an execution ended: any world with a clock."""

    @property
    def clock(self) -> Clock:
        """Return the time."""
        ...

    @property
    def executions(self) -> Executions:
        """Return who knows executions."""
        ...


def is_dead(owner: Owner, world: Onlooker) -> bool:
    """Tell whether a lock's execution ended so long ago that nobody will finish its work any more.

    None of its calls can be on its way then, and RecoverLink had its time.
    """
    ended = world.executions.ended_at(owner.execution)
    return ended is not None and world.clock.now() - ended > DEAD_LOCK_CLEARANCE + RECOVERY_FIRST


class RunLock(Protocol):
    """The one lock of runs over a fleet, or over an organisation."""

    def take_fleet(self, owner: Owner) -> Owner | None:
        """Take the lock; returns None when it is ours, else who holds it."""
        ...

    def free_fleet(self, execution: str) -> None:
        """Free the lock if this execution holds it."""
        ...


def take_run(mine: Owner, lock: RunLock, world: Onlooker) -> Owner | None:
    """Take the lock of runs, also from one that is dead; returns None when it is ours, else who holds it."""
    other = lock.take_fleet(mine)
    if other is not None and is_dead(other, world):
        lock.free_fleet(other.execution)
        other = lock.take_fleet(mine)
    return other


def is_abandoned(owner: Owner, world: World) -> bool:
    """Tell whether a dead rotation's lock has waited in vain for RecoverLink, so that the next one may take it."""
    ended = world.executions.ended_at(owner.execution)
    return ended is not None and world.clock.now() - ended > world.limits.abandoned_after
