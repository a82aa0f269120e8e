"""Label moves, carried out one after another."""

from __future__ import annotations

from dxmacsec.interfaces import World
from dxmacsec.policy.labels import LabelMove


def move_labels(link_id: str, moves: tuple[LabelMove, ...], world: World) -> None:
    """Carry out label moves in their order; each is repeatable, so a half-done list is done again."""
    for move in moves:
        change = world.key_secrets.label if move.on else world.key_secrets.unlabel
        change(link_id, move.version_id, move.label)
