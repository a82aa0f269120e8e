"""BeginEnforcement: read the input, find the link, and take `acting` in the owner's name."""

from __future__ import annotations

from dxmacsec.interfaces import World
from dxmacsec.model import SCHEMA, Enforcement, Execution
from dxmacsec.policy.mode import may_enforce
from dxmacsec.policy.request import enforcement_request
from dxmacsec.steps.locks import take_acting_for


def begin_enforcement(event_input: object, execution: Execution, world: World) -> Enforcement:
    """Return the document of an enforcement that may act (`go`), has nothing to do, or is refused.

    Nested in a rotation it acts in that one's name, whose lock it finds taken already. Running it
    twice is safe: a lock that is already ours is taken again.

    Raises:
        BadInput: a field of the input is not what was expected.
        LinkNotFound: Direct Connect knows no such link.
        ActingLockHeld: somebody else is changing the link right now.
    """
    asked = enforcement_request(event_input)
    given = world.direct_connect.link(asked["link"])
    link = world.direct_connect.link(given.lag_id) if given.lag_id else given
    pause = world.ledger.enforcement_pause(link.id)
    paused = f"{pause.reason} of {pause.by}: {pause.sentence}" if pause else None
    verdict = may_enforce(link, paused=paused, enforcement=world.limits.enforcement)
    enforcement = Enforcement(
        schema=SCHEMA,
        id=execution.name,
        execution=execution.arn,
        owner=asked.get("owner", execution.arn),
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
