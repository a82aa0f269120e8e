"""The next rotation after a trouble: what people clear before it, and that it goes through."""

from __future__ import annotations

from collections.abc import Iterator

from dxmacsec.model import MUST_ENCRYPT, Label
from tests.faults.aftermath import Mend
from tests.faults.trip import Trip
from tests.walk.execution import Execution
from tests.worlds.scene import LIMITS

PAUSE = "the pause is cleared"
ANOTHER_START = "a start that made room (ChainNeedsOperator)"
ENFORCEMENT_PAUSE = "the enforcement pause is cleared"
ABANDONED = "two hours in which no RecoverLink took the dead one's lock (AlreadyRotating)"


def clear_the_way(trip: Trip, mends: tuple[Mend, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Mend what people mend, rotate, clear what the refusal names; return what was cleared, and what is broken."""
    cleared = [mend.what for mend in mends]
    for mend in mends:
        mend.do(trip)
    trip.walk.scene.clock.sleep(60)
    allowed = len(trip.walk.scene.key_maker.made) + 1
    execution = trip.walk.rotate()
    ledger = trip.walk.scene.ledger
    if execution.error == "AlreadyRotating":
        trip.walk.scene.clock.sleep(LIMITS.abandoned_after.total_seconds())
        cleared.append(ABANDONED)
        execution = trip.walk.rotate()
    if execution.error == "LinkPaused":
        ledger.pauses.clear()
        cleared.append(PAUSE)
        execution = trip.walk.rotate()
    if execution.error == "ChainNeedsOperator":
        cleared.append(ANOTHER_START)
        execution = trip.walk.rotate()
    if execution.error == "EnforcementFailed" and ledger.enforcement_pauses:
        ledger.enforcement_pauses.clear()
        cleared.append(ENFORCEMENT_PAUSE)
        allowed += 1
        execution = trip.walk.rotate()
    return tuple(cleared), list(_not_through(trip, execution, allowed))


def _not_through(trip: Trip, execution: Execution, allowed: int) -> Iterator[str]:
    if execution.status != "SUCCEEDED":
        yield f"the next rotation ended {execution.error}: {execution.cause}"
        return
    link, pairs = trip.walk.scene.link(trip.walk.link_id), trip.walk.scene.key_maker.made
    held = [key.ckn for key in link.keys if key.held]
    if len(held) != 1 or held[0] not in [pair.ckn for pair in pairs]:
        yield f"after the next rotation the link holds {held}"
    if (link.mode, link.encrypted) != (MUST_ENCRYPT, True):
        yield f"after the next rotation the link is in {link.mode}, encrypted: {link.encrypted}"
    if len(pairs) > allowed:
        yield "the next rotation made a pair too many"
    ledger = trip.walk.scene.ledger
    if ledger.rotation_locks or ledger.acting_locks or ledger.tasks:
        yield "the next rotation left a lock or a task"
    if any(trip.walk.scene.key_secrets.holder(trip.walk.link_id, label) for label in (Label.NEW, Label.PENDING)):
        yield "the next rotation left a label"
