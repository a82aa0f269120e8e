"""AwaitEncryption: look until raising the mode is safe, for longer than a port's status may lag."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import World
from dxmacsec.model import Enforcement
from dxmacsec.policy.mode import readiness
from dxmacsec.steps.looking import look_until


def await_encryption(enforcement: Enforcement, world: World) -> Enforcement:
    """Return `raise`, `soften` (leave no_encrypt first), `done`, `waiting` or `deadline`.

    Running it twice is safe: it only reads.
    """
    limits = world.limits
    verdict, watch, _ = look_until(
        enforcement.link,
        enforcement.watch,
        world,
        lambda link, watch, now: readiness(
            link, watch=watch, now=now, status_lag=limits.status_lag, deadline=limits.enforce
        ),
    )
    return replace(enforcement, watch=watch).to(verdict.next, verdict.reason, verdict.sentence)
