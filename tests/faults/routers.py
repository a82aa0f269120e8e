"""Every way in which a router fails, from every state on in which it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.faults.calls import states
from tests.faults.case import REPAIRED, SETTLING, Case
from tests.faults.trip import Trip

BEHAVIOURS: dict[str, dict[str, Any]] = {
    "router never answers": {"answers": "never"},
    "router answers late": {"answers": "late", "late_seconds": 3000},
    "router answers after the deadline": {"answers": "late", "late_seconds": 25 * 3600},
    "router names another key": {"answers": "wrong-ckn"},
    "router names some ports only": {"answers": "some-ports"},
    "router answers with a failure": {"answers": "failure"},
    "router does not take the key": {"takes_key": False},
    "router lies": {"loses_encryption_when_old_removed": True},
    "router falls back after 45 s": {"falls_back_after_seconds": 45},
    "router flaps after the proof": {"flaps_at_seconds": 20},
}
ASKING = ("AskWhatIsInUse", "InstallOnRouter", "ProveOnRouter", "ConfirmOnRouter", "RemoveFromRouter")
DOWN = {"router flaps": 3.0, "router reboots": 180.0}
"""For how many seconds its ports are down."""
LOSING = "router takes the key and loses it"
ROADS_WITH_A_ROUTER = ("connection", "LAG", "full chain", "onboarding")


def router_cases() -> Iterator[Case]:
    """Yield every behaviour from every question on, and what happens to a router at every state."""
    for road in ROADS_WITH_A_ROUTER:
        entered = states(road)
        for name, behaviour in BEHAVIOURS.items():
            if "some ports" in name and road != "LAG":
                continue
            for state in (each for each in ASKING if each in entered):
                yield _case(name, road, state, partial(_behave, behaviour))
        for state in entered:
            for name, seconds in DOWN.items():
                yield _case(name, road, state, partial(_down, seconds), passes_in=seconds)
        for state in entered[entered.index("AssociateKey") :]:
            yield _case(LOSING, road, state, _lose)


def _case(name: str, road: str, state: str, act: Callable[[Trip], None], *, passes_in: float = 0.0) -> Case:
    def plan(trip: Trip) -> None:
        def now() -> None:
            trip.strike()
            act(trip)

        trip.walker.entering[state] = now

    mends = () if passes_in else (REPAIRED,)
    return Case(name, road, state, plan=plan, mends=mends, costs=True, passes_in=passes_in + SETTLING)


def _behave(behaviour: dict[str, Any], trip: Trip) -> None:
    trip.walk.behave(**behaviour)
    trip.dark = trip.dark or "loses_encryption_when_old_removed" in behaviour


def _down(seconds: float, trip: Trip) -> None:
    for port in trip.walk.scene.twin.ports(trip.walk.link_id):
        trip.walk.scene.twin.flap(port, seconds)


def _lose(trip: Trip) -> None:
    trip.dark = True
    trip.walk.scene.twin.router(trip.walk.link_id).remove(trip.walk.made(-1))
