"""RaiseMode: the one place in the product that sets `must_encrypt`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dxmacsec.errors import ServiceFault, Throttled
from dxmacsec.interfaces import World
from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT, Enforcement
from dxmacsec.policy.mode import modes, safe_now
from dxmacsec.steps.locks import check_acting_lock


def raise_mode(enforcement: Enforcement, world: World) -> Enforcement:
    """Set the next mode up: return `raised` (watch it), `softened`, or `unsafe` (look again).

    The long watch came before; this last look must allow it too, for `must_encrypt` without
    encryption drops every frame. Running it twice is safe: a mode that is set is not set again, and
    counts as raised by this execution, which alone may lower it. So it does where the ledger fails after a
    call before this one has set it: the line must be watched, not the ledger waited for.
    https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html

    Raises:
        LockLost: the acting lock is not ours.
        NotFromHere: the mode of an interconnect can't be set (W31).
    """
    softening = enforcement.verdict.next == "soften"
    try:
        check_acting_lock(enforcement, world)
    except (Throttled, ServiceFault):
        if not softening and modes(world.direct_connect.link(enforcement.link)) == {MUST_ENCRYPT}:
            return _raised(enforcement, world.clock.now())
        raise
    mode = SHOULD_ENCRYPT if softening else MUST_ENCRYPT
    link = world.direct_connect.link(enforcement.link)
    now = world.clock.now()
    if modes(link) != {mode}:
        if not safe_now(link, mode=mode):
            return replace(enforcement, watch=None).to("unsafe")
        world.direct_connect.set_mode(link, mode)
    enforcement = enforcement.noting(now, "mode", f"{link.mode} became {mode}")
    return replace(enforcement, watch=None).to("softened") if softening else _raised(enforcement, now)


def _raised(enforcement: Enforcement, now: datetime) -> Enforcement:
    return replace(enforcement, watch=None, raised=True, raised_at=now).to("raised")
