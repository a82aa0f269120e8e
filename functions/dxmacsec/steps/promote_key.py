"""PromoteKey: the labels say what the line shows: the new pair is the one in use."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.errors import KeyPairMissing
from dxmacsec.interfaces import World
from dxmacsec.model import MUST_ENCRYPT, Rotation
from dxmacsec.policy.labels import promotion
from dxmacsec.policy.proof import left_to_retire, next_to_retire
from dxmacsec.steps.locks import check_rotation_lock, free_acting
from dxmacsec.steps.settling import move_labels


def promote_key(rotation: Rotation, world: World) -> Rotation:
    """Return `more` (another superseded key is on the link), `enforce`, or `close` after a stuck removal.

    Where the look after the last removal saw the mode enforced it is `succeed`: what changes the mode later is
    heard and judged as on any other day.

    Running it twice is safe: only labels that are not yet true are moved.

    Raises:
        LockLost: the link's lock is not ours.
    """
    check_rotation_lock(rotation, world)
    new = rotation.new_key
    if new is None:
        message = f"{rotation.id} has no new key to promote."
        raise KeyPairMissing(message)
    versions = world.key_secrets.versions(rotation.link) or ()
    move_labels(rotation.link, promotion(versions, new.version_id), world)
    rotation = replace(rotation, promoted=True)
    verdict = rotation.verdict
    if verdict.next == "stuck":
        return rotation.to("close", verdict.reason, verdict.sentence)
    left = left_to_retire(rotation)
    more = next_to_retire(rotation, world.direct_connect.link(rotation.link)) if left else None
    rotation = rotation.noting(world.clock.now(), "promote", f"version {new.version_id} is in use")
    if more:
        # The next removal waits for the router first: nobody is acting meanwhile.
        free_acting(rotation.link, rotation.execution, world)
        return rotation.to("more")
    return rotation.to("succeed" if rotation.enforced_mode == MUST_ENCRYPT else "enforce")
