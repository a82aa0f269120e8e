"""Direct Connect throttles for a while: every call of ours is refused, reads and changes alike."""

from __future__ import annotations

from datetime import timedelta

from dxmacsec.errors import Throttled
from tests.worlds.scene import Scene
from tests.worlds.trouble import BEFORE

CALLS = (
    *("link", "links", "resiliency_groups", "macsec_speeds"),
    *("associate", "reassociate", "disassociate", "set_mode"),
)
SECONDS = 300.0


def throttle(scene: Scene, seconds: float = SECONDS) -> None:
    """Refuse every call to Direct Connect from now on, for so many seconds; the call has no effect."""
    until = scene.clock.now() + timedelta(seconds=seconds)

    def refuse() -> None:
        if scene.clock.now() < until:
            message = "Rate exceeded"
            raise Throttled(message)

    for call in CALLS:
        scene.trouble.always(f"direct_connect.{call}", BEFORE, refuse)
