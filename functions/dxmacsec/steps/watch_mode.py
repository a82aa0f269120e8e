"""WatchMode: watch the line after its mode was raised, for longer than a port's status may lag."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import World
from dxmacsec.model import Enforcement
from dxmacsec.policy.mode import after_raising
from dxmacsec.steps.looking import look_until


def watch_mode(enforcement: Enforcement, world: World) -> Enforcement:
    """Return `held`, `waiting`, `lower`, `dark` (the owner chose hold) or `unsettled` at the deadline.

    Running it twice is safe: it only reads.
    """
    limits = world.limits
    verdict, watch, _ = look_until(
        enforcement.link,
        enforcement.watch,
        world,
        lambda link, watch, now: after_raising(
            link,
            watch=watch,
            now=now,
            status_lag=limits.status_lag,
            deadline=limits.enforce,
            on_loss=limits.on_encryption_loss,
        ),
        patience=limits.enforce,
    )
    enforcement = replace(enforcement, watch=watch)
    if verdict.next != "waiting":
        enforcement = enforcement.noting(world.clock.now(), "watch", f"{verdict.sentence} {watch.looks} looks")
    return enforcement.to(verdict.next, verdict.reason, verdict.sentence)
