"""How Direct Connect spells CKNs and names managed secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.twin.world import World

PREFIX = "directconnect!"


def spelled(world: World, ckn: str) -> str:
    """Return a CKN in the hex case in which this world echoes it (W25)."""
    if world.W25 == "lower":
        return ckn.lower()
    return ckn.upper() if world.W25 in ("upper", "f-refused") else ckn


def managed_name(world: World, region: str, ckn: str) -> str:
    """Return the name of a pair's managed secret (section 3, W29)."""
    return f"{PREFIX}{ckn[:16]}" if world.W29 == "other" else f"{PREFIX}prod/{region}/directconnect/{ckn}"
