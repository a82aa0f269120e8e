"""Every call of every road meets every fault: its first and its last occurrence in each state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from dxmacsec.errors import AccessDenied, ServiceFault, Throttled, UnknownAnswer
from tests.faults.case import FIRST, LAST, Case
from tests.faults.roads import ROADS
from tests.faults.trip import Moment, Trip
from tests.faults.wire import WIRE_FAULTS
from tests.worlds.trouble import AFTER, BEFORE, FunctionDied, raising

DIRECT_CONNECT = "direct_connect."
FOR_GOOD = "throttled for good"
ALIKE_AFTER = 12
"""Tries after which one that is throttled for good shows nothing new."""
OURS: dict[str, tuple[str, Exception]] = {
    "throttled": (BEFORE, Throttled("Rate exceeded")),
    "server error": (BEFORE, ServiceFault("InternalServerError")),
    "unknown refusal": (BEFORE, UnknownAnswer("what is this?")),
    "access denied": (BEFORE, AccessDenied("not authorized to perform this")),
    "answer lost": (AFTER, ServiceFault("no answer (ReadTimeoutError)")),
}
"""Faults of the other services, as their adapters name them."""
DEATHS = {"function killed before": BEFORE, "function killed after": AFTER}
RETRIED_ALIKE = frozenset(
    {
        "throttled by another code",
        "throttled in words",
        "server error",
        "server error with status 400",
        "no connection",
    }
)
"""Faults that the machine retries as it does `throttled`: laid on the first of each call only."""
ALIKE = ("LAG", "full chain", "onboarding", "lying router")
"""Roads with states of `connection`: there only what ends or repeats a function is laid again, on first calls."""
LAID_AGAIN = frozenset({"access denied", "answer lost"})
OWN_ROADS = {"event": {"HearChange"}, "sweep": {"SweepLinks"}}
"""Roads on which only the calls of these are looked at: what they start has a road of its own."""


@dataclass(frozen=True)
class Place:
    """One call: in which state, which one, the so-and-so-manieth of all of its road."""

    state: str
    call: str
    which: str
    number: int
    moment: Moment


@cache
def _plain(road: str) -> Trip:
    """Walk a road without trouble."""
    trip = ROADS[road]()
    trip.tape.looks = True
    trip.go(trip)
    return trip


@cache
def places(road: str) -> tuple[Place, ...]:
    """Return the first and the last occurrence of each call in each state of a road."""
    tape = _plain(road).tape
    first: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, str], int] = {}
    for number, (seen, moment) in enumerate(zip(tape, tape.moments, strict=True)):
        if moment.state in OWN_ROADS.get(road, {moment.state}):
            first.setdefault((moment.state, seen.name), number)
            last[moment.state, seen.name] = number
    found = [Place(*key, FIRST, number, tape.moments[number]) for key, number in first.items()]
    lasts = [(key, number) for key, number in last.items() if number != first[key]]
    return (*found, *(Place(*key, LAST, number, tape.moments[number]) for key, number in lasts))


@cache
def states(road: str) -> tuple[str, ...]:
    """Return the states that a road enters, nested ones included, each once."""
    trip = _plain(road)
    visited = [state for each in trip.walker.executions[trip.before :] for state in each.visited]
    return tuple(dict.fromkeys(visited))


def call_cases() -> Iterator[Case]:
    """Yield every call of every road with every fault."""
    for road in ROADS:
        for place in (each for each in places(road) if each.which == FIRST or not _is_alike(road, each)):
            for fault, plan in _plans(road, place):
                yield Case(fault, road, place.state, place.call, place.which, plan)


def _plans(road: str, place: Place) -> Iterator[tuple[str, Callable[[Trip], None]]]:
    faults = WIRE_FAULTS if place.call.startswith(DIRECT_CONNECT) else OURS
    yield from ((fault, partial(_once, place, fault)) for fault in faults if _is_laid(road, place, fault))
    yield from ((death, partial(_dies, place, when)) for death, when in DEATHS.items())
    if place.which == FIRST:
        yield FOR_GOOD, partial(_for_good, place)


def _is_alike(road: str, place: Place) -> bool:
    return road in ALIKE and place.state in states("connection")


def _is_laid(road: str, place: Place, fault: str) -> bool:
    if _is_alike(road, place):
        return fault in LAID_AGAIN
    return place.which == FIRST or fault not in RETRIED_ALIKE


def _once(place: Place, fault: str, trip: Trip) -> None:
    when, act = _action(place, fault, trip)
    trip.walk.scene.trouble.at_call(place.number, when, act)


def _dies(place: Place, when: str, trip: Trip) -> None:
    def act() -> None:
        trip.strike()
        raise FunctionDied

    trip.walk.scene.trouble.at_call(place.number, when, act)


def _for_good(place: Place, trip: Trip) -> None:
    when, fail = _action(place, "throttled", trip)
    trip.walker.alike_after = ALIKE_AFTER

    def act() -> None:
        if trip.tape.here == place.state:
            fail()

    trip.walk.scene.trouble.always(place.call, when, act)


def _action(place: Place, fault: str, trip: Trip) -> tuple[str, Callable[[], None]]:
    """Return when a fault strikes, and what it does: at Direct Connect it waits on the wire."""
    if place.call.startswith(DIRECT_CONNECT):

        def arm() -> None:
            trip.strike()
            trip.wire.arm(WIRE_FAULTS[fault])

        return BEFORE, arm
    when, error = OURS[fault]
    fails = raising(error)

    def fail() -> None:
        trip.strike()
        fails()

    return when, fail
