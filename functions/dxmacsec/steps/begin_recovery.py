"""BeginRecovery: what became of the execution, what did it carry, and does any lock still name it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dxmacsec.errors import BadInput, ExecutionNotFound, LinkNotFound, StillRunning
from dxmacsec.interfaces import World
from dxmacsec.model import SCHEMA, Enforcement, Execution, Past, Recovery, Rotation, RouterMode, Verdict, without_keys
from dxmacsec.policy.groups import redundancy_group
from dxmacsec.policy.recovery import LONGEST_CHAIN, adopt, raised_a_mode, reason_of, seconds_to_wait
from dxmacsec.policy.request import enforcement_request, recovery_request, rotation_request
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE

NESTED_POLL_SECONDS = 30
RECOVER_LINK = "RecoverLink"


def begin_recovery(event_input: object, execution: Execution, world: World) -> Recovery:
    """Return `nothing` (no lock names it: it closed itself), `wait` (a call may be on its way), or `take`.

    An ordinary end costs one read of the ledger and none of Direct Connect. It only reads, and is asked again
    after the wait: running it twice is safe.

    Raises:
        BadInput: the input is no ARN of an execution of ours.
        ExecutionNotFound: Step Functions knows no such execution.
        StillRunning: it has not ended.
    """
    arn = recovery_request(event_input)
    recovery = Recovery(SCHEMA, execution.name, execution.arn, execution.started_at, Verdict("nothing"))
    recovery, last = _forerunners(recovery, _ended(arn, world), world)
    if recovery.chain > LONGEST_CHAIN:
        sentence = f"{recovery.chain} recoveries of {last.name} died: people look first."
        return recovery.to("nothing", "ChainEnds", sentence)
    if last.status == "SUCCEEDED":
        return recovery.to("nothing", "NothingToRecover", f"{last.name} succeeded.")
    return _judged(recovery, last, world)


def _ended(arn: str, world: World) -> Past:
    past = world.histories.past(arn)
    if past is None:
        message = f"execution: Step Functions knows no {without_keys(arn, 400)}"
        raise ExecutionNotFound(message)
    if past.ended_at is None:
        message = f"execution: {past.name} still runs; stop it first, if it should not"
        raise StillRunning(message)
    return past


def _forerunners(recovery: Recovery, past: Past, world: World) -> tuple[Recovery, Past]:
    """Carry on what a dead RecoverLink carried; one that died before its first answer leads to whom it was for."""
    depth: list[str] = []
    while past.machine == RECOVER_LINK and not isinstance(past.document, Recovery) and len(depth) <= LONGEST_CHAIN:
        depth.append(past.arn)
        past = _ended(recovery_request(past.input), world)
    recovery = adopt(recovery, past) if past.machine == RECOVER_LINK else _fresh(recovery, past, world)
    return replace(recovery, chain=recovery.chain + len(depth), owners=(*recovery.owners, *depth)), past


def _fresh(recovery: Recovery, past: Past, world: World) -> Recovery:
    recovery = replace(
        recovery,
        dead=past.arn,
        owners=(past.arn,),
        reason=reason_of(past),
        last_state=past.last_state,
        remove_sent="RemoveFromRouter" in past.entered,
    )
    if past.unread:
        recovery = recovery.noting(world.clock.now(), "document", past.unread)
    match past.document or _from_input(past, world):
        case Rotation() as rotation:
            recovery = replace(recovery, link=rotation.link, group=rotation.group, rotation=rotation)
            return _with_nested(recovery, past, world)
        case Enforcement() as enforcement:
            return _of_enforcement(recovery, past, enforcement)
        case _:
            return recovery


def _of_enforcement(recovery: Recovery, past: Past, enforcement: Enforcement) -> Recovery:
    recovery = replace(recovery, link=enforcement.link, enforcement=enforcement)
    return replace(recovery, nested=past.arn, dead=enforcement.owner) if enforcement.nested else recovery


def _with_nested(recovery: Recovery, past: Past, world: World) -> Recovery:
    """Add the enforcement that the rotation waited for when it died; stopping a parent stops its child."""
    if past.last_state != "EnforceEncryption" or past.nested is None:
        return recovery
    child = world.histories.past(past.nested)
    if child is None or not isinstance(child.document, Enforcement):
        return recovery
    last_state = child.last_state if raised_a_mode(child.document, child.last_state) else recovery.last_state
    return replace(recovery, nested=child.arn, enforcement=child.document, last_state=last_state)


def _judged(recovery: Recovery, last: Past, world: World) -> Recovery:
    if not recovery.link or not _has_work(recovery, world):
        return recovery.to("nothing", "NothingToRecover", f"No lock names {last.name}: it closed itself.")
    ends = [last.ended_at, *(_end_of(arn, world) for arn in (recovery.nested,) if arn)]
    if None in ends:
        return recovery.to("wait", wait_seconds=NESTED_POLL_SECONDS)
    ended_at: datetime = max(end for end in ends if end is not None)
    left = seconds_to_wait(ended_at, clearance=DEAD_LOCK_CLEARANCE, now=world.clock.now())
    return recovery.to("wait", wait_seconds=left) if left else recovery.to("take")


def _has_work(recovery: Recovery, world: World) -> bool:
    if recovery.rotation is not None:
        owner = world.ledger.rotation_owner(recovery.link, None)
        return owner is not None and owner.execution in recovery.owners
    if recovery.enforcement is None:
        return False
    if not recovery.alone:
        return any(world.ledger.holds_acting(recovery.link, owner) for owner in recovery.owners)
    return _is_ours_alone(recovery, recovery.enforcement, world)


def _is_ours_alone(recovery: Recovery, enforcement: Enforcement, world: World) -> bool:
    """Tell whether a nested enforcement died alone: where its parent was stopped, too, that one's recovery watches.

    Long after, a line that is dark is dark for another reason: the mode stays.
    """
    if not raised_a_mode(enforcement, recovery.last_state) or recovery.nested is None:
        return False
    parent, ended = world.histories.past(recovery.dead), _end_of(recovery.nested, world)
    late = ended is not None and world.clock.now() - ended > world.limits.enforce + DEAD_LOCK_CLEARANCE
    return not late and (parent is None or parent.status not in ("ABORTED", "TIMED_OUT"))


def _end_of(arn: str, world: World) -> datetime | None:
    past = world.histories.past(arn)
    return past.ended_at if past else None


def _from_input(past: Past, world: World) -> Rotation | Enforcement | None:
    """Make the document of an execution that died before its first answer: its locks may be taken already."""
    try:
        if past.machine == "RotateKey":
            return _rotation_of(past, world)
        if past.machine == "EnforceEncryption":
            return _enforcement_of(past, world)
    except (BadInput, LinkNotFound):
        # What refuses an input took no lock.
        return None
    message = f"execution: expected one of RotateKey, EnforceEncryption or RecoverLink, got one of {past.machine}"
    raise BadInput(message)


def _rotation_of(past: Past, world: World) -> Rotation:
    request = rotation_request(past.input)
    given = world.direct_connect.link(request.link)
    link = world.direct_connect.link(given.lag_id) if given.lag_id else given
    group, declared = redundancy_group(link, world.direct_connect.resiliency_groups())
    return Rotation(
        schema=SCHEMA,
        id=past.name,
        execution=past.arn,
        request=request,
        started_at=past.started_at,
        link=link.id,
        verdict=Verdict("locked"),
        link_kind=link.kind,
        group=group,
        group_declared=declared,
        router_mode=RouterMode.MANUAL,
    )


def _enforcement_of(past: Past, world: World) -> Enforcement:
    asked = enforcement_request(past.input)
    given = world.direct_connect.link(asked["link"])
    return Enforcement(
        schema=SCHEMA,
        id=past.name,
        execution=past.arn,
        owner=asked.get("owner", past.arn),
        link=given.lag_id or given.id,
        started_at=past.started_at,
        verdict=Verdict("go"),
        link_kind=given.kind,
    )
