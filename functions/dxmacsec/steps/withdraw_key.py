"""WithdrawKey: after the deadline, take back a key that never reached `associated`, if that is safe."""

from __future__ import annotations

from dxmacsec.errors import KeyPairMissing, NeedsOperator, PortChanging
from dxmacsec.interfaces import World
from dxmacsec.model import Rotation
from dxmacsec.policy.watching import may_withdraw
from dxmacsec.steps.locks import take_acting


def withdraw_key(rotation: Rotation, world: World) -> Rotation:
    """Return the document with the verdict that it came with; the key left, or stays where that is safer.

    A refusal of AWS is noted, no more (W5: an `associating` key may not be removable). Running it twice is
    safe: it removes only this rotation's own key, and only while it still reads
    `associating`.

    Raises:
        LockLost, ActingLockHeld: the link is not ours to change.
    """
    take_acting(rotation, world)
    new = rotation.new_key
    if new is None:
        message = f"{rotation.id} has no new key to withdraw."
        raise KeyPairMissing(message)
    link = world.direct_connect.link(rotation.link)
    now = world.clock.now()
    listed = link.key(new.ckn)
    safe = may_withdraw(link, new, watch=rotation.watch, now=now, status_lag=world.limits.status_lag)
    if listed is None or not safe:
        seen = "stays on the link" if listed else "is not on the link"
        return rotation.noting(now, "withdraw", f"{new.ckn} {seen}")
    try:
        world.direct_connect.disassociate(rotation.link, listed.secret_arn)
    except (PortChanging, NeedsOperator) as error:
        # The rotation has failed already: that its key can't leave yet is no other reason for its end.
        return rotation.noting(now, "withdraw", f"{new.ckn} stays on the link: {error}")
    return rotation.noting(now, "withdraw", f"{new.ckn} never was associated and leaves the link")
