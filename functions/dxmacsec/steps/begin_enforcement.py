"""BeginEnforcement: read the input, find the link, and take `acting` in the owner's name."""

from __future__ import annotations

from dxmacsec.errors import LockLost
from dxmacsec.interfaces import World
from dxmacsec.model import SCHEMA, Enforcement, Execution
from dxmacsec.policy.mode import may_enforce
from dxmacsec.policy.request import enforcement_request
from dxmacsec.policy.tags import Rules, choices, exemption
from dxmacsec.steps.locks import take_acting_for


def begin_enforcement(event_input: object, execution: Execution, world: World) -> Enforcement:
    """Return the document of an enforcement that may act (`go`), has nothing to do, or is refused.

    Nested in a rotation it acts in that one's name; an owner that does not rotate this link is nobody's
    parent. Running it twice is safe: a lock that is already ours is taken again.

    Raises:
        BadInput: a field of the input is not what was expected.
        LinkNotFound: Direct Connect knows no such link.
        LockLost: the owner named in the input does not hold the link's rotation lock.
        ActingLockHeld: somebody else is changing the link right now.
    """
    asked = enforcement_request(event_input)
    given = world.direct_connect.link(asked["link"])
    link = world.direct_connect.link(given.lag_id) if given.lag_id else given
    owner = asked.get("owner", execution.arn)
    if owner != execution.arn and not world.ledger.holds_rotation(link.id, owner):
        message = f"owner: expected the execution that rotates {link.id} now."
        raise LockLost(message)
    pause = world.ledger.enforcement_pause(link.id)
    paused = f"{pause.reason} of {pause.by}: {pause.sentence}" if pause else None
    chosen = choices(link.tags, Rules(world.limits.max_key_age, world.limits.tags_may_loosen))
    verdict = may_enforce(
        link,
        paused=paused,
        enforcement=chosen.enforcement or world.limits.enforcement,
        exempt=exemption(chosen, world.clock.now()),
    )
    enforcement = Enforcement(
        schema=SCHEMA,
        id=execution.name,
        execution=execution.arn,
        owner=owner,
        link=link.id,
        started_at=execution.started_at,
        verdict=verdict,
        link_kind=link.kind,
        member_given=given.id if given.lag_id else None,
        reason=asked.get("reason"),
        mode_before=link.mode,
    )
    if verdict.next == "go":
        take_acting_for(enforcement, world)
    return enforcement.noting(world.clock.now(), "mode", f"{link.mode}, encrypted: {link.encrypted}")
