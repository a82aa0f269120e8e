"""One unknown answered otherwise at a time: what the product costs in each such world."""

from __future__ import annotations

import pytest

from sandbox.twin import ALTERNATIVES
from sandbox.twin import World as TwinWorld
from tests.walk.quick import a_walk

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


@pytest.mark.parametrize("world", OTHERS)
def test_a_rotation_loses_no_second_beyond_what_the_world_charges(world: str) -> None:
    name, value = world.split("=")
    walk = a_walk(twin_world=TwinWorld.from_json({name: value}))

    execution = walk.rotate()

    assert execution.error == ENDS_FAILED.get(world)
    assert walk.witness.lost_seconds <= CHARGED.get(world, 0.0)
    assert [each for each in walk.witness.complaints() if "seconds" not in each] == []
