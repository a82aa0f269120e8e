"""RaiseMode: the one place in the product that sets `must_encrypt`."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import World
from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT, Enforcement
from dxmacsec.policy.mode import modes, safe_now
from dxmacsec.steps.locks import check_acting_lock


def raise_mode(enforcement: Enforcement, world: World) -> Enforcement:
    """Set the next mode up: return `raised` (watch it), `softened`, or `unsafe` (look again).

    The long watch came before; this last look must allow it too, for `must_encrypt` without
    encryption drops every frame. Running it twice is safe: a mode that is set is not set again, and
    counts as raised by this execution, which alone may lower it.
    https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html

    Raises:
        LockLost: the acting lock is not ours.
        NotFromHere: the mode of an interconnect can't be set (W31).
    """
    check_acting_lock(enforcement, world)
    softening = enforcement.verdict.next == "soften"
    mode = SHOULD_ENCRYPT if softening else MUST_ENCRYPT
    link = world.direct_connect.link(enforcement.link)
    now = world.clock.now()
    if modes(link) != {mode}:
        if not safe_now(link, mode=mode):
            return replace(enforcement, watch=None).to("unsafe")
        world.direct_connect.set_mode(link, mode)
    enforcement = enforcement.noting(now, "mode", f"{link.mode} became {mode}")
    enforcement = replace(enforcement, watch=None)
    if softening:
        return enforcement.to("softened")
    return replace(enforcement, raised=True, raised_at=now).to("raised")
