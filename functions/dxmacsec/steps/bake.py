"""Bake: give the new key time to show a fault while the old one is still there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dxmacsec.interfaces import World
from dxmacsec.model import Rotation, Verdict, Watch
from dxmacsec.policy import watching
from dxmacsec.steps.judge_answer import to_retire
from dxmacsec.steps.looking import LONGEST_GAP

LOOKS_A_BAKE = 24
MAX_LOOK_SECONDS = 300


def bake(rotation: Rotation, world: World) -> Rotation:
    """Return `waiting` with the seconds to the next look, `baked`, or `dropped` at the first drop.

    Without a bake the proof of a moment ago is the confirmation too: `retire` or `nothing_left`.
    A time in which nobody could look, because AWS throttled us or a function failed, is none of the bake.
    Running it twice is safe: it only reads.
    """
    length = timedelta(0) if rotation.request.urgent else world.limits.bake
    link = world.direct_connect.link(rotation.link)
    now = world.clock.now()
    every = min(MAX_LOOK_SECONDS, max(world.limits.poll_seconds, length.total_seconds() / LOOKS_A_BAKE))
    watch = watching.without_gaps(rotation.watch or Watch(now), now=now, look_seconds=every, longest_gap=LONGEST_GAP)
    watch = watch.seen(up=link.encrypted, at=now)
    verdict = watching.bake(link, watch, now=now, length=length, look_seconds=every)
    rotation = replace(rotation, watch=watch, asked_ports=link.port_ids)
    if verdict.next != "baked":
        return rotation.to(verdict.next, verdict.reason, verdict.sentence, verdict.wait_seconds)
    rotation = _noted(rotation, verdict, world)
    return to_retire(rotation, link) if length <= timedelta(0) else rotation.to("baked")


def _noted(rotation: Rotation, verdict: Verdict, world: World) -> Rotation:
    looks = rotation.watch.looks if rotation.watch else 0
    return replace(rotation, watch=None).noting(world.clock.now(), "bake", f"{verdict.sentence} {looks} looks")
