"""AwaitAssociated: look until the new key is stored and the ports are up."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.errors import KeyPairMissing
from dxmacsec.interfaces import World
from dxmacsec.model import Rotation
from dxmacsec.policy.watching import association
from dxmacsec.steps.locks import free_acting
from dxmacsec.steps.looking import look_until


def await_associated(rotation: Rotation, world: World) -> Rotation:
    """Return `associated`, `waiting` (look again) or `deadline`; `acting` is freed when associated.

    `associated` says that Direct Connect validated and stored the pair, not that a port uses it.
    Running it twice is safe: it reads, and frees a lock that is ours.
    """
    new, plan = rotation.new_key, rotation.plan
    if new is None or plan is None:
        message = f"{rotation.id} has no new key to wait for."
        raise KeyPairMissing(message)
    verdict, watch, link = look_until(
        rotation.link,
        rotation.watch,
        world,
        lambda link, watch, now: association(
            link, new, dark_at_plan=plan.dark_ports, watch=watch, now=now, deadline=world.limits.association
        ),
        may_stretch=True,
    )
    rotation = replace(rotation, watch=watch, asked_ports=link.port_ids)
    if verdict.next == "associated":
        free_acting(rotation.link, rotation.execution, world)
        rotation = rotation.noting(world.clock.now(), "association", f"{verdict.sentence} {watch.looks} looks")
    return rotation.to(verdict.next, verdict.reason, verdict.sentence)
