"""Label moves, carried out one after another, and the versions that they are about."""

from __future__ import annotations

from dxmacsec.errors import KeyPairMissing
from dxmacsec.interfaces import World
from dxmacsec.model import KeyVersion
from dxmacsec.policy.labels import LabelMove


def movable_versions(link_id: str, world: World) -> tuple[KeyVersion, ...]:
    """Return the versions whose labels can be moved: none of a key secret that is scheduled for deletion.

    Whoever ends there must still write its record and free its locks; when the secret is restored, the next
    rotation uses the pair that is labelled new.
    """
    try:
        return world.key_secrets.versions(link_id) or ()
    except KeyPairMissing:
        return ()


def move_labels(link_id: str, moves: tuple[LabelMove, ...], world: World) -> None:
    """Carry out label moves in their order; each is repeatable, so a half-done list is done again."""
    for move in moves:
        change = world.key_secrets.label if move.on else world.key_secrets.unlabel
        change(link_id, move.version_id, move.label)
