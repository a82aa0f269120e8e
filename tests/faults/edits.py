"""What somebody edits by hand between any two of our calls: the ledger's rows, the link's keys and mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from dxmacsec.interfaces import Owner
from dxmacsec.model import NO_ENCRYPT, SHOULD_ENCRYPT
from tests.faults.aftermath import STRANGER, STRANGERS_PAIR, Mend
from tests.faults.calls import Place, places
from tests.faults.case import FIRST, Case
from tests.faults.trip import Trip
from tests.walk.quick import disassociate
from tests.walk.watchful import Watchful
from tests.worlds.trouble import BEFORE

MOST_KEYS = 3
RESTORING = ("RetireKey", "AwaitRetired", "RestoreKey", "CloseRotation")
"""States in which the road of a router that lies is another one than that of a connection."""


def _free_strangers(trip: Trip) -> None:
    ledger = trip.walk.scene.ledger
    for rows in (ledger.rotation_locks, ledger.acting_locks):
        for row in [row for row, owner in rows.items() if owner.execution == STRANGER]:
            del rows[row]


FREED = Mend("the stranger's lock is deleted", _free_strangers)


def edit_cases() -> Iterator[Case]:
    """Yield every edit of the ledger and of the link before the first of each call in each state."""
    for road in ("connection", "lying router", "enforcement", "recovery"):
        for place in (each for each in places(road) if each.which == FIRST):
            after_the_removal = place.state in RESTORING or road != "lying router"
            for fault, edit in LEDGER_EDITS.items() if after_the_removal else ():
                mends = (FREED,) if "stranger" in fault else ()
                yield _case(fault, road, place, edit, mends)
    for place in (each for each in places("connection") if each.which == FIRST):
        yield from _by_hand("connection", place)


def _by_hand(road: str, place: Place) -> Iterator[Case]:
    moment = place.moment
    if moment.available:
        yield _case("mode lowered by hand", road, place, partial(_set_mode, SHOULD_ENCRYPT))
        yield _case("encryption switched off by hand", road, place, partial(_set_mode, NO_ENCRYPT), costs=True)
    if moment.available and moment.listed < MOST_KEYS:
        yield _case("key added by hand", road, place, _add, costs=True)
    if moment.available and len(moment.associated) > 1:
        yield _case("old key removed by hand", road, place, partial(_remove, 0))
        yield _case("new key removed by hand", road, place, partial(_remove, -1), costs=True)


def _case(
    fault: str,
    road: str,
    place: Place,
    edit: Callable[[Trip], None],
    mends: tuple[Mend, ...] = (),
    *,
    costs: bool = False,
) -> Case:
    def plan(trip: Trip) -> None:
        if fault in DRIFTS:
            trip.watchful = Watchful(trip.walk)

        def now() -> None:
            trip.strike()
            edit(trip)

        trip.walk.scene.trouble.at_call(place.number, BEFORE, now)

    return Case(fault, road, place.state, place.call, place.which, plan, mends, costs=costs)


def _no_lock(trip: Trip) -> None:
    trip.walk.scene.ledger.rotation_locks.pop(f"LINK#{trip.walk.link_id}", None)


def _strangers_lock(trip: Trip) -> None:
    trip.walk.scene.ledger.rotation_locks[f"LINK#{trip.walk.link_id}"] = _stranger(trip)


def _no_acting(trip: Trip) -> None:
    trip.walk.scene.ledger.acting_locks.pop(trip.walk.link_id, None)


def _strangers_acting(trip: Trip) -> None:
    trip.walk.scene.ledger.acting_locks[trip.walk.link_id] = _stranger(trip)


def _no_task(trip: Trip) -> None:
    trip.walk.scene.ledger.tasks.clear()


def _stranger(trip: Trip) -> Owner:
    return Owner(STRANGER, "stranger", trip.walk.scene.clock.now())


LEDGER_EDITS: dict[str, Callable[[Trip], None]] = {
    "lock row deleted": _no_lock,
    "lock given to a stranger": _strangers_lock,
    "acting row deleted": _no_acting,
    "acting given to a stranger": _strangers_acting,
    "task row deleted": _no_task,
}
DRIFTS = ("mode lowered by hand", "encryption switched off by hand")
"""Edits that compliance mends, and of which its events tell."""


def _set_mode(mode: str, trip: Trip) -> None:
    link_id = trip.walk.link_id
    operation, name = ("UpdateLag", "lagId") if link_id.startswith("dxlag-") else ("UpdateConnection", "connectionId")
    trip.walk.scene.twin.call(operation, {name: link_id, "encryptionMode": mode}, principal="person")


def _add(trip: Trip) -> None:
    pair = {"ckn": STRANGERS_PAIR.ckn, "cak": STRANGERS_PAIR.cak.reveal()}
    trip.walk.scene.twin.call("AssociateMacSecKey", {"connectionId": trip.walk.link_id, **pair}, principal="person")


def _remove(which: int, trip: Trip) -> None:
    scene, link_id = trip.walk.scene, trip.walk.link_id
    associated = [key.ckn for key in scene.link(link_id).keys if key.associated]
    ours = {pair.ckn for pair in scene.key_maker.made}
    ordered = sorted(associated, key=lambda ckn: ckn in ours)
    disassociate(scene, link_id, ordered[which])
