"""A case of the matrix: one trouble at one place of one road, and what it leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.aftermath import Ended, Mend, broken, settle
from tests.faults.following import clear_the_way
from tests.faults.roads import ROADS
from tests.faults.trip import Trip

SETTLING = 60.0
"""Seconds after which a change that was under way at the end shows: a port is `pending` meanwhile (W1)."""
FIRST, LAST = "first", "last"


def _repair(trip: Trip) -> None:
    """Let the router behave well, and put the keys on it that Direct Connect holds."""
    trip.walk.behave()
    router = trip.walk.scene.twin.router(trip.walk.link_id)
    for pair in trip.walk.scene.key_maker.made:
        if pair.ckn in trip.walk.ckns():
            router.install(pair.ckn, pair.cak.reveal())


REPAIRED = Mend("the router is repaired", _repair)


@dataclass(frozen=True)
class Case:
    """One trouble; `plan` lays it on a trip, `mends` are what people do before the next rotation.

    `costs` says that the trouble itself takes the line's encryption, whatever we do; `lasts` that it goes on
    until it is mended; `passes_in` is after how many seconds it is over by itself, and looked at.
    """

    fault: str
    road: str
    state: str
    call: str = ""
    which: str = ""
    plan: Callable[[Trip], None] = field(default=lambda _: None, compare=False)
    mends: tuple[Mend, ...] = field(default=(), compare=False)
    costs: bool = field(default=False, compare=False)
    lasts: bool = field(default=False, compare=False)
    passes_in: float = field(default=SETTLING, compare=False)

    @property
    def place(self) -> str:
        """Name the place: the state, and the call in it."""
        return " ".join(part for part in (self.state, self.call, self.which) if part)

    @property
    def id(self) -> str:
        """Name the case, as its test is named."""
        return f"{self.fault}: {self.road}: {self.place}"


@dataclass(frozen=True)
class Result:
    """How a case ended, and the promises that were broken on the way."""

    ended: Ended
    broken: tuple[str, ...]


def run(case: Case) -> Result:
    """Walk a case to its end and through everything that follows it."""
    trip = ROADS[case.road]()
    case.plan(trip)
    trip.go(trip)
    if not case.lasts:
        trip.walk.scene.trouble.forget()
    trip.walk.scene.clock.sleep(case.passes_in)
    found = [] if trip.struck else ["the trouble never took place"]
    finished_by = settle(trip)
    found += broken(trip, costs=case.costs or trip.dark)
    dark = trip.walk.witness.began_encrypted and not trip.walk.scene.link(trip.walk.link_id).encrypted
    mends = (*case.mends, REPAIRED) if trip.dark and REPAIRED not in case.mends else case.mends
    cleared, not_through = clear_the_way(trip, mends)
    main = trip.main
    status, reason = (main.status, main.error or "") if main else ("SUCCEEDED", "")
    return Result(Ended(status, reason, finished_by, dark, cleared), (*found, *not_through))
