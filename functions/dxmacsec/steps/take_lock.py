"""TakeLock: read the input, find the link, and take its lock and its group's before anything is planned."""

from __future__ import annotations

from dxmacsec.interfaces import Owner, World
from dxmacsec.model import SCHEMA, Execution, Link, Rotation, RouterMode, Verdict
from dxmacsec.policy.groups import redundancy_group
from dxmacsec.policy.request import rotation_request
from dxmacsec.policy.tags import Rules, choices
from dxmacsec.steps.locks import free_acting, is_abandoned


def take_lock(event_input: object, execution: Execution, world: World) -> Rotation:
    """Return the document of a rotation that holds its locks, or one that is refused.

    A dry run takes no lock: it changes nothing, the ledger included. A member's id leads to its
    LAG. Running it twice is safe: a lock that is already ours is taken again.

    Raises:
        BadInput: a field of the input is not what was expected.
        LinkNotFound: Direct Connect knows no such link.
    """
    request = rotation_request(event_input)
    given = world.direct_connect.link(request.link)
    link = world.direct_connect.link(given.lag_id) if given.lag_id else given
    deadline = max(2, round(world.limits.router_deadline.total_seconds()))
    group, declared = redundancy_group(link, world.direct_connect.resiliency_groups())
    chosen = choices(link.tags, Rules(world.limits.max_key_age, world.limits.tags_may_loosen))
    mode = chosen.router_mode or world.limits.router_mode
    rotation = Rotation(
        schema=SCHEMA,
        id=execution.name,
        execution=execution.arn,
        request=request,
        started_at=execution.started_at,
        link=link.id,
        verdict=Verdict("locked"),
        link_kind=link.kind,
        member_given=given.id if given.lag_id else None,
        group=group,
        group_declared=declared,
        router_mode=mode,
        router_deadline_seconds=deadline,
        router_heartbeat_seconds=_heartbeat(mode, deadline, world),
    )
    return _locked(_noting_member(rotation, given, world), world)


def _heartbeat(mode: RouterMode, deadline_seconds: int, world: World) -> int:
    """Return after how many silent seconds a task is dead; only an agent beats, people have the deadline."""
    agent = mode is RouterMode.AGENT
    seconds = round(world.limits.router_heartbeat.total_seconds()) if agent else deadline_seconds
    return min(max(1, seconds), deadline_seconds - 1)


def _noting_member(rotation: Rotation, given: Link, world: World) -> Rotation:
    if rotation.member_given is None:
        return rotation
    seen = f"{given.id} is a member of {rotation.link}: the LAG holds the keys, so the LAG is rotated"
    return rotation.noting(world.clock.now(), "link", seen)


def _locked(rotation: Rotation, world: World) -> Rotation:
    mine = Owner(rotation.execution, rotation.id, world.clock.now())
    if rotation.request.dry_run:
        other = world.ledger.rotation_owner(rotation.link, rotation.group)
        seen = f"{other.name} rotates it or its group now" if other else "free"
        return rotation.noting(world.clock.now(), "lock", seen)
    other = world.ledger.take_rotation(rotation.link, rotation.group, mine)
    if other is None or _took_from_dead(rotation, other, mine, world):
        return rotation
    sentence = (
        f"{other.name} rotates {rotation.link} or a link of its group {rotation.group} since {other.since.isoformat()}."
    )
    return rotation.to("refused", "AlreadyRotating", sentence)


def _took_from_dead(rotation: Rotation, other: Owner, mine: Owner, world: World) -> bool:
    """Take the locks from an execution whose work nobody finished; beside a lock of somebody else's they stay.

    A refused start that freed the dead one's would leave nothing that says what RecoverLink has to finish.
    """
    if not is_abandoned(other, world):
        return False
    if not world.ledger.take_from_dead(rotation.link, rotation.group, other.execution, mine):
        return False
    free_acting(rotation.link, other.execution, world)
    return True
