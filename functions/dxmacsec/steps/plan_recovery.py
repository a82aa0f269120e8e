"""PlanRecovery: look at the link, and take the next road that is left."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.errors import ActingLockHeld, LockLost
from dxmacsec.interfaces import World
from dxmacsec.model import Enforcement, Link, Recovery, Rotation, Verdict
from dxmacsec.policy.recovery import next_road, removed_key
from dxmacsec.steps.locks import take_acting, take_acting_for


def plan_recovery(recovery: Recovery, world: World) -> Recovery:
    """Return `watch_mode`, `watch_removal`, `restore` or `close`; whoever watches or changes is acting.

    It is asked again after each road, and takes none twice. Running it twice is safe: it reads, and takes a lock
    that stays ours.

    Raises:
        LockLost: the link's lock is not ours any more.
        ActingLockHeld: somebody else is changing the link right now, and it is not dark.
    """
    _check(recovery, world)
    link = world.direct_connect.link(recovery.link)
    verdict = next_road(recovery, link)
    if verdict.next == "close":
        return recovery.to("close")
    recovery = recovery.noting(world.clock.now(), "left", verdict.sentence)
    recovery = replace(recovery, done=(*recovery.done, verdict.next), failure=None)
    if verdict.next == "watch_mode" and recovery.enforcement is not None:
        take_acting_for(recovery.enforcement, world)
        recovery = replace(recovery, enforcement=_raised(recovery.enforcement))
    elif (rotation := recovery.rotation) is not None:
        recovery = _acting(recovery, rotation, verdict, world)
        recovery = replace(recovery, rotation=_removed(rotation, link, verdict))
    return recovery.to(verdict.next, verdict.reason, verdict.sentence)


def _check(recovery: Recovery, world: World) -> None:
    rotates = recovery.rotation is not None
    holds = world.ledger.holds_rotation if rotates else world.ledger.holds_acting
    if not holds(recovery.link, recovery.execution):
        message = f"The locks of {recovery.link} are not held by {recovery.id}: nothing was changed."
        raise LockLost(message)


def _acting(recovery: Recovery, rotation: Rotation, verdict: Verdict, world: World) -> Recovery:
    """Take the `acting` lock; but a dark line waits for nobody: asking a key back disturbs no watch over a mode."""
    try:
        take_acting(rotation, world)
    except ActingLockHeld as held:
        if verdict.next != "restore":
            raise
        return recovery.noting(world.clock.now(), "acting", f"not waited for: {held}")
    return recovery


def _raised(enforcement: Enforcement) -> Enforcement:
    """Let the watch begin anew: nobody looked between the stop and now."""
    return replace(enforcement, raised=True, watch=None, failure=None).to("raised")


def _removed(rotation: Rotation, link: Link, verdict: Verdict) -> Rotation:
    old = removed_key(rotation, link) or rotation.retiring
    rotation = replace(rotation, retiring=old, watch=None, failure=None)
    return rotation.to("lost" if verdict.next == "restore" else "sent", verdict.reason, verdict.sentence)
