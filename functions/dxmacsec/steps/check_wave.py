"""CheckWave: note how the wave before ended, and say whether the next one may start."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from dxmacsec.fleet import DueLink, Fleet, WaveMember
from dxmacsec.interfaces import World
from dxmacsec.model import Link
from dxmacsec.policy.fleet_outcome import result_of
from dxmacsec.policy.groups import dark_partners, redundancy_group
from dxmacsec.policy.outcome import FAILED
from dxmacsec.policy.waves import FLEET_REASON, pause
from dxmacsec.policy.windows import closed

LONGEST_RUN_NAME = 46
"""What is left of an execution name's 80 characters beside a link's id and a digest of the run's name.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""
MAX_REASON = 256


def check_wave(fleet: Fleet, world: World) -> Fleet:
    """Return `go` with the next wave's members, `wait` for a partner, `done`, or `stop`.

    The first failure stops the waves that have not started. A wave starts only in an open window and
    while every partner of its members is up and encrypted. Running it twice is safe: it reads, and
    the names of the rotations follow from the run's.
    """
    fleet = _noted(fleet)
    failed = [result for result in fleet.results if result.status == FAILED]
    if failed:
        first = f"{failed[0].link}: {failed[0].reason}: {failed[0].sentence}"
        return fleet.to("stop", "FleetStopped", f"{len(failed)} failed, later waves were not started. {first}")
    if fleet.wave >= len(fleet.waves):
        return fleet.to("done")
    kept_out = None if fleet.request.urgent else closed(world.limits.windows, world.clock.now())
    if kept_out:
        return fleet.to("stop", "WindowClosed", f"Later waves were not started. {kept_out}")
    return _guarded(fleet, world)


def _noted(fleet: Fleet) -> Fleet:
    """Take in the results of the wave that came back, and go on to the next."""
    if not fleet.came:
        return fleet
    results = (*fleet.results, *(result_of(came) for came in fleet.came))
    return replace(fleet, results=results, came=(), members=(), wave=fleet.wave + 1, held_since=None)


def _guarded(fleet: Fleet, world: World) -> Fleet:
    wave = set(fleet.waves[fleet.wave])
    due = tuple(each for each in fleet.due if each.link in wave)
    dark = _dark(due, world)
    if not dark:
        members = tuple(_member(each, fleet) for each in due)
        return replace(fleet, members=members, held_since=None).to("go")
    now = world.clock.now()
    held_since = fleet.held_since or now
    sentence = f"{', '.join(dark)} is not up and encrypted: its partner in this wave may be the only line that works."
    if now - held_since >= world.limits.plan_wait:
        return fleet.to("stop", "PartnerNotEncrypted", f"Later waves were not started. {sentence}")
    wait = pause(now - held_since, timedelta(seconds=world.limits.poll_seconds))
    seconds = max(1, round(wait.total_seconds()))
    return replace(fleet, held_since=held_since).to("wait", "PartnerNotEncrypted", sentence, seconds)


def _dark(due: tuple[DueLink, ...], world: World) -> tuple[str, ...]:
    """Read the partners of the wave's members, as they are now, and return those that are dark."""
    declared: dict[str | None, str] = {each.group: each.link for each in due if each.declared}
    if not declared:
        return ()
    groups = world.direct_connect.resiliency_groups()
    return dark_partners(
        link for link in world.direct_connect.links() if declared.get(_declared_group(link, groups), link.id) != link.id
    )


def _declared_group(link: Link, resiliency_groups: dict[str, str]) -> str | None:
    name, declared = redundancy_group(link, resiliency_groups)
    return name if declared else None


def _member(due: DueLink, fleet: Fleet) -> WaveMember:
    """Return what starts one rotation; its name follows from the run's, so that a repeat finds it started."""
    asked = f": {fleet.request.reason}" if fleet.request.reason else ""
    reason = f"{FLEET_REASON}{fleet.id}, {due.why}{asked}"[:MAX_REASON]
    return WaveMember(
        link=due.link,
        name=f"{run_name(fleet.id)}-{due.link}",
        input={"link": due.link, "reason": reason, "urgent": fleet.request.urgent},
    )


def run_name(run: str) -> str:
    """Return a run's name as it begins its rotations' names: cut with a digest where it is too long."""
    if len(run) <= LONGEST_RUN_NAME:
        return run
    return f"{run[: LONGEST_RUN_NAME - 9]}-{hashlib.sha256(run.encode()).hexdigest()[:8]}"
