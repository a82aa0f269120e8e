"""One unknown answered otherwise at a time: what the product costs in each such world."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT
from sandbox.twin import ALTERNATIVES
from sandbox.twin import World as TwinWorld
from tests.walk.quick import Walk, a_walk
from tests.walk.watchful import Watchful
from tests.worlds.estates import INTERCONNECT, LAG, LINK, a_connection, a_lag, an_interconnect

CHARGED = {
    "W1=pending-cut": 3.0,
    "W12=session-lost": 6.0,
    "W12=next-key-change": 6.0,
    "W16=short-gap": 1.0,
    "W18=gap": 6.0,
}
"""Seconds that a world charges for the calls that a rotation has to make, and no more."""

ENDS_FAILED = {"W15=forever": "AssociationTimedOut", "W25=f-refused": "UnknownAnswer"}
OTHERS = [f"{name}={value}" for name, values in ALTERNATIVES.items() for value in values[1:]]
KINDS: dict[str, Callable[[TwinWorld], Walk]] = {
    "connection": lambda world: a_walk(a_connection(), LINK, world),
    "LAG": lambda world: a_walk(a_lag(), LAG, world),
    "interconnect": lambda world: a_walk(an_interconnect(), INTERCONNECT, world),
}


def a_world(*switches: str) -> TwinWorld:
    return TwinWorld.from_json(dict(switch.split("=") for switch in switches))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("world", OTHERS)
def test_a_rotation_loses_no_second_beyond_what_the_world_charges(world: str, kind: str) -> None:
    walk = KINDS[kind](a_world(world))

    execution = walk.rotate()

    assert execution.error == ENDS_FAILED.get(world)
    assert walk.witness.lost_seconds <= CHARGED.get(world, 0.0)
    assert [each for each in walk.witness.complaints() if "seconds" not in each] == []


CUT_BY_THE_MODE = {"W19=gap"}
"""Worlds in which raising the mode cuts the line for a moment: it is lowered again, and people hear of it."""

NOT_FROM_HERE = {("W31=refused", "interconnect")}
MOST_LOOKS = 4


def drifted(kind: str, world: TwinWorld) -> Watchful:
    """Return a link that somebody lowered; one that nobody can change was built like that."""
    if world.W31 == "refused" and kind == "interconnect":
        return Watchful(a_walk(an_interconnect(mode=SHOULD_ENCRYPT), INTERCONNECT, world))
    watchful = Watchful(KINDS[kind](world))
    watchful.change_mode(SHOULD_ENCRYPT)
    return watchful


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("world", OTHERS)
def test_a_drift_is_mended_in_every_world_or_people_hear_of_it(world: str, kind: str) -> None:
    watchful = drifted(kind, a_world(world))
    walk = watchful.walk

    for _ in range(MOST_LOOKS):
        watchful.settle()
        watchful.sweep()
        walk.scene.clock.sleep(3600)

    mode, alerts = walk.scene.link(walk.link_id).mode, "\n".join(text for _, text in walk.scene.herald.alerts)
    assert walk.witness.unlocked == walk.witness.gambles == []
    if world in CUT_BY_THE_MODE:
        assert (mode, "ModeLowered" in alerts) == (SHOULD_ENCRYPT, True)
        assert walk.witness.lost_seconds <= walk.scene.twin.world.seconds.mode_gap
    elif (world, kind) in NOT_FROM_HERE:
        assert (mode, "ModeCantBeSet" in alerts) == (SHOULD_ENCRYPT, True)
    else:
        assert (mode, walk.witness.lost_seconds) == (MUST_ENCRYPT, 0)
