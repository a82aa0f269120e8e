"""The roads on which trouble is laid: rotations of each kind, an enforcement, a recovery, an event, a sweep."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dxmacsec.errors import DxMacsecError
from dxmacsec.model import SHOULD_ENCRYPT
from dxmacsec.steps.hear_change import hear_change
from sandbox.twin import Estate
from tests.faults.trip import Trip, a_trip
from tests.walk.watchful import Watchful
from tests.worlds.estates import LAG, LINK, a_connection, a_lag
from tests.worlds.trouble import FunctionDied

DELIVERIES = 5
"""How often SQS delivers a message before it gives it up."""


def _begin(road: Callable[[], Trip]) -> Trip:
    """Return a trip whose tape begins here: what came before is no part of the road."""
    trip = road()
    trip.walk.scene.trouble.seen = trip.tape
    trip.walker.delivered.clear()
    trip.before = len(trip.walker.executions)
    return trip


def _rotate(trip: Trip) -> None:
    trip.main = trip.walk.start()
    trip.walker.walk(trip.main)


def _rotation(estate: Callable[[], Estate], link_id: str) -> Trip:
    return a_trip(_rotate, estate(), link_id)


def _lying_router() -> Trip:
    """The router lies: the line goes dark when the old key leaves, and has it asked back."""
    trip = a_trip(_rotate, a_connection(), LINK)
    trip.walk.rotate()
    trip.walk.behave(loses_encryption_when_old_removed=True)
    trip.dark = True
    return trip


def _enforce(trip: Trip) -> None:
    trip.main = trip.walker.start("enforce_encryption", {"link": trip.walk.link_id})
    trip.walker.walk(trip.main)


def _recovery() -> Trip:
    """A rotation was stopped with the old key sent away, and the line goes dark."""
    trip = a_trip(_recover, a_connection(), LINK)
    trip.walk.rotate()
    trip.walk.behave(loses_encryption_when_old_removed=True)
    dead = trip.walk.start()
    trip.walker.walk_to(dead, "AwaitRetired")
    trip.walker.step_into(dead)
    trip.walk.scene.clock.sleep(60)
    trip.dark = True
    return trip


def _recover(trip: Trip) -> None:
    dead = next(each for each in trip.walker.executions if each.status == "ABORTED")
    trip.main = trip.walker.start("recover_link", {"execution": dead.arn})
    trip.walker.walk(trip.main)


def _drifted(go: Callable[[Trip], None], outside: str, *, told: bool) -> Trip:
    """The link was brought under watch, and somebody lowers its mode; `told` if an event says so."""
    trip = a_trip(go, a_connection(), LINK, outside=outside)
    trip.walk.rotate()
    trip.watchful = watchful = Watchful(trip.walk)
    watchful.sweep()
    watchful.told = len(trip.walk.scene.herald.events)
    watchful.waiting.clear()
    watchful.change_mode(SHOULD_ENCRYPT)
    if not told:
        watchful.waiting.clear()
    return trip


def _hear(trip: Trip) -> None:
    """Deliver the events as SQS does: what failed comes again, a few times."""
    watchful = _watchful(trip)
    left: dict[str, object] = {f"message-{number}": event for number, event in enumerate(watchful.waiting)}
    watchful.waiting.clear()
    for _ in range(DELIVERIES):
        try:
            failed = hear_change(left, trip.walk.scene.world).failed
        except (DxMacsecError, FunctionDied):
            failed = tuple(left)
        left = {name: event for name, event in left.items() if name in failed}
        if not left:
            return
        trip.walk.scene.clock.sleep(180)


def _sweep(trip: Trip) -> None:
    """Sweep as the schedule does: what failed in this hour is done in the next."""
    try:
        _watchful(trip).sweep()
    except (DxMacsecError, FunctionDied):
        trip.walk.scene.clock.sleep(3600)


def _watchful(trip: Trip) -> Watchful:
    assert trip.watchful is not None
    return trip.watchful


_ROADS: dict[str, Callable[[], Trip]] = {
    "connection": partial(_rotation, a_connection, LINK),
    "LAG": partial(_rotation, partial(a_lag, mode=SHOULD_ENCRYPT), LAG),
    "full chain": partial(_rotation, partial(a_connection, keys=3), LINK),
    "onboarding": partial(_rotation, partial(a_connection, keys=0, mode="no_encrypt"), LINK),
    "lying router": _lying_router,
    "enforcement": lambda: a_trip(_enforce, a_connection(mode=SHOULD_ENCRYPT), LINK),
    "recovery": _recovery,
    "event": lambda: _drifted(_hear, "HearChange", told=True),
    "sweep": lambda: _drifted(_sweep, "SweepLinks", told=False),
}
ROADS: dict[str, Callable[[], Trip]] = {name: partial(_begin, road) for name, road in _ROADS.items()}
"""Each road by its name; calling it gives a fresh trip."""

ROTATIONS = ("connection", "LAG", "full chain", "onboarding", "lying router")
