"""What people do at the worst moment: stops, starts, edits, removals, revoked rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from dxmacsec.errors import AccessDenied
from tests.faults.aftermath import Mend
from tests.faults.calls import states
from tests.faults.case import Case
from tests.faults.roads import ROTATIONS
from tests.faults.trip import Trip
from tests.walk.execution import Stopped, TaskFailed
from tests.walk.machines import machine
from tests.worlds.trouble import BEFORE, raising

MACHINES = ("rotate_key", "enforce_encryption", "recover_link")
STOPPED = (*ROTATIONS, "enforcement", "recovery")
HANDLED = ("connection", "full chain", "lying router")
"""Roads on which starts, old documents, deletions and revocations are laid."""
RESTORED = Mend("the key secret is restored", lambda trip: trip.walk.scene.key_secrets.deleted.clear())
GRANTED = Mend("the grant is given back", lambda trip: trip.walk.scene.trouble.forget())
UNLOCKED = frozenset({"TakeLock", "Ended?", "Succeeded", "Failed"})
"""States at whose beginning the link is not locked, or no more: there a start is not the second one."""
LATER = ("Bake", "RetireKey", "AwaitRetired", "CloseRotation")
"""States of the same rotation in which an old document comes again; and there is the time after its end."""


def people_cases() -> Iterator[Case]:
    """Yield every stop, double delivery, old document, second start, deleted secret and revoked grant."""
    for road in STOPPED:
        for state in states(road):
            yield Case("stopped before", road, state, plan=partial(_stop_before, state))
            if _is_a_task(state):
                yield Case("stopped after", road, state, plan=partial(_stop_after, state))
            if _is_a_function(state):
                yield Case("delivered twice", road, state, plan=partial(_twice, state))
                yield Case("delivered twice, first answer", road, state, plan=partial(_twice, state, first=True))
    for road in HANDLED:
        yield from _of_a_rotation(road)


def _of_a_rotation(road: str) -> Iterator[Case]:
    entered = states(road)
    for state in entered:
        if state not in UNLOCKED:
            yield Case("second start", road, state, plan=partial(_at, state, _second_start))
        yield Case("key secret deleted", road, state, plan=partial(_at, state, _delete), mends=(RESTORED,))
        revoke = partial(_at, state, _revoke)
        yield Case("KMS grant revoked", road, state, plan=revoke, mends=(GRANTED,), lasts=True)
    functions = [state for state in entered if _is_a_function(state)]
    for state in functions:
        yield Case("old document after the end", road, state, plan=partial(_again_after_the_end, state))
        yield Case("old document in the next rotation", road, state, plan=partial(_again_in_the_next, state))
        for later in (each for each in LATER if each in entered and entered.index(each) > entered.index(state)):
            yield Case(f"old document in {later}", road, state, plan=partial(_again_at, state, later))


def _kind(state: str) -> dict[str, object]:
    return next((found[state] for name in MACHINES if state in (found := machine(name)["States"])), {})


def _is_a_task(state: str) -> bool:
    return _kind(state).get("Type") == "Task"


def _is_a_function(state: str) -> bool:
    return "lambda" in str(_kind(state).get("Resource", ""))


def _at(state: str, act: Callable[[Trip], None], trip: Trip) -> None:
    def now() -> None:
        trip.strike()
        act(trip)

    trip.walker.entering[state] = now


def _stop_before(state: str, trip: Trip) -> None:
    trip.walker.stopped_before = state
    trip.walker.on_stop = trip.strike


def _stop_after(state: str, trip: Trip) -> None:
    def stop() -> None:
        trip.strike()
        raise Stopped

    trip.walker.leaving[state] = stop


def _twice(state: str, trip: Trip, *, first: bool = False) -> None:
    trip.walker.twice = state
    trip.walker.first_answer_counts = first
    trip.walker.on_stop = trip.strike


def _second_start(trip: Trip) -> None:
    second = trip.walk.rotate()
    if second.error != "AlreadyRotating" or "PlanRotation" in second.visited:
        trip.complaints.append(f"the second start was not refused: {second.status} {second.error}")


def _delete(trip: Trip) -> None:
    trip.walk.scene.key_secrets.schedule_deletion(trip.walk.link_id)


def _revoke(trip: Trip) -> None:
    for call in ("pair", "put"):
        trip.walk.scene.trouble.always(f"key_secrets.{call}", BEFORE, raising(AccessDenied("KMSAccessDeniedException")))


def _deliver(state: str, trip: Trip) -> None:
    """Run a function again with its document of the first time; what it refuses is fine."""
    old = next(each for each in trip.walker.delivered if each.state == state)
    owner = next(each for each in trip.walker.executions[trip.before :] if state in each.visited)
    trip.strike()
    try:
        trip.walker.deliver_again(old, owner)
    except TaskFailed:
        return


def _again_at(state: str, later: str, trip: Trip) -> None:
    trip.walker.entering[later] = partial(_deliver, state, trip)


def _again_after_the_end(state: str, trip: Trip) -> None:
    go = trip.go

    def and_again(trip: Trip) -> None:
        go(trip)
        _deliver(state, trip)

    trip.go = and_again


def _again_in_the_next(state: str, trip: Trip) -> None:
    go = trip.go

    def and_again(trip: Trip) -> None:
        go(trip)
        trip.walk.behave()
        trip.walk.scene.ledger.pauses.clear()  # people mended the router, and clear what paused for it
        trip.walker.entering["ConfirmOnRouter"] = partial(_deliver, state, trip)
        trip.walk.scene.clock.sleep(60)
        trip.main = trip.walk.start()
        trip.walker.walk(trip.main)

    trip.go = and_again
