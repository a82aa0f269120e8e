"""PlanRotation: read everything that the plan depends on, and let the policy decide."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import World
from dxmacsec.model import KeyVersion, Link, ManagedSecret, Rotation
from dxmacsec.policy.groups import dark_partners, group_members
from dxmacsec.policy.health import in_the_way, why
from dxmacsec.policy.labels import version_of
from dxmacsec.policy.layout import make
from dxmacsec.policy.plan import decide
from dxmacsec.policy.situation import Situation
from dxmacsec.policy.windows import closed
from dxmacsec.steps.locks import check_rotation_lock


def plan_rotation(rotation: Rotation, world: World) -> Rotation:
    """Return the document with its plan and `go`, `room`, `wait`, `refused` or `planned`.

    Running it twice is safe: it only reads.

    Raises:
        LockLost: the link's lock is not ours.
    """
    if not rotation.request.dry_run:
        check_rotation_lock(rotation, world)
    situation = gather(rotation, world)
    verdict = decide(situation)
    if verdict.next in ("go", "room"):
        rotation = _planned(rotation, situation, world)
        if rotation.request.dry_run:
            return rotation.to("planned")
    return rotation.to(verdict.next, verdict.reason, verdict.sentence, verdict.wait_seconds)


def _planned(rotation: Rotation, situation: Situation, world: World) -> Rotation:
    plan = make(situation)
    seen = f"{situation.link.state}, {situation.link.mode}, {len(situation.keys)} keys, {_ports(situation.link)}"
    return replace(rotation, plan=plan, answer=None).noting(world.clock.now(), "plan", seen)


def _ports(link: Link) -> str:
    return ", ".join(f"{port.connection_id} {port.encryption}" for port in link.ports)


def gather(rotation: Rotation, world: World) -> Situation:
    """Read everything that the plan depends on: the link's own things, its partners, windows, maintenance, pause.

    A rotation that has made room has begun: no window cuts it off.
    """
    # Of an undeclared group nobody said that its links are partners. The others' list shows this link as well.
    links = world.direct_connect.links() if rotation.group_declared else ()
    own = next((link for link in links if link.id == rotation.link), None)
    situation = own_situation(rotation, world, own)
    pause, group = world.ledger.pause(rotation.link), _group(rotation, links, world)
    begun = rotation.request.urgent or rotation.made_room
    return replace(
        situation,
        pause=f"{pause.reason} of {pause.by}: {pause.sentence}" if pause else None,
        closed=None if begun else closed(world.limits.windows, situation.now),
        maintenance=_maintenance(situation.link, group, world),
        dark_partners=dark_partners(group),
    )


def own_situation(rotation: Rotation, world: World, seen: Link | None = None) -> Situation:
    """Read the link, its key secret and the managed secrets of adopted keys: what MakeRoom needs, and may read.

    `seen` is the link where the caller has just read it.
    """
    link = seen or world.direct_connect.link(rotation.link)
    versions = world.key_secrets.versions(rotation.link) or ()
    now = world.clock.now()
    return Situation(
        link=link,
        versions=versions,
        request=rotation.request,
        now=now,
        waited=now - rotation.started_at,
        plan_wait=world.limits.plan_wait,
        poll_seconds=world.limits.poll_seconds,
        router_mode=rotation.router_mode,
        made_room=rotation.made_room,
        managed=managed_of_adopted(link, versions, world),
    )


def _group(rotation: Rotation, links: tuple[Link, ...], world: World) -> tuple[Link, ...]:
    """Return the other links of a declared group, among all links."""
    if not rotation.group_declared:
        return ()
    groups = world.direct_connect.resiliency_groups()
    return tuple(link for link in group_members(rotation.group, links, groups) if link.id != rotation.link)


def _maintenance(link: Link, group: tuple[Link, ...], world: World) -> str | None:
    known, limits = world.fleet_ledger.maintenances(), world.limits
    found = in_the_way((link, *group), known, now=world.clock.now(), clearance=limits.maintenance_clearance)
    return why(found) if found else None


def managed_of_adopted(link: Link, versions: tuple[KeyVersion, ...], world: World) -> dict[str, ManagedSecret]:
    """Read the managed secrets of those keys whose pair is in no version of the key secret."""
    adopted = (key for key in link.keys if version_of(versions, key.ckn) is None)
    return {key.secret_arn: world.managed_secrets.state(key.secret_arn) for key in adopted}
