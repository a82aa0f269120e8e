"""Any one call may fail before or after its effect, or take its function with it: the rotation gets there."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from dxmacsec.errors import ServiceFault
from dxmacsec.model import MUST_ENCRYPT
from sandbox.twin import Estate
from tests.walk.quick import a_walk
from tests.worlds.estates import LAG, LINK, a_connection, a_lag
from tests.worlds.trouble import FunctionDied, raising

EVERY = int(os.environ.get("DXMACSEC_FAULT_EVERY", "29"))
"""One call in so many has its fault; 1 tries all of them."""

ROADS: dict[str, tuple[Estate, str]] = {
    "one key": (a_connection(), LINK),
    "a full chain": (a_connection(keys=3), LINK),
    "onboarding": (a_connection(keys=0, mode="no_encrypt"), LINK),
    "a LAG not yet enforced": (a_lag(mode="should_encrypt"), LAG),
}
FAULTS = {"AWS failed": ServiceFault("no answer"), "the function died": FunctionDied()}


def _calls() -> Iterator[object]:
    for road, (estate, link_id) in ROADS.items():
        walk = a_walk(estate, link_id)
        walk.rotate()
        for number in range(0, len(walk.scene.trouble.seen), EVERY):
            yield pytest.param(road, number, id=f"{road}, {walk.scene.trouble.seen[number].name} {number}")


@pytest.mark.parametrize(("road", "number"), list(_calls()))
def test_one_fault_changes_nothing_in_the_end(road: str, number: int) -> None:
    estate, link_id = ROADS[road]
    for when in ("before", "after"):
        for fault in FAULTS.values():
            walk = a_walk(estate, link_id)
            walk.scene.trouble.at_call(number, when, raising(fault))

            execution = walk.rotate()

            link = walk.scene.link(link_id)
            assert (execution.status, execution.cause) == ("SUCCEEDED", None)
            assert (walk.ckns(), link.mode, link.encrypted) == ([walk.made(-1)], MUST_ENCRYPT, True)
            assert len(walk.scene.key_maker.made) <= 2
            assert walk.witness.complaints() == []
