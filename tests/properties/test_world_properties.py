"""Several unknowns answered otherwise at once: no second is lost beyond what those worlds charge for our calls.

`DXMACSEC_EXAMPLES` says how many such worlds are tried; the default takes a few seconds.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.twin import ALTERNATIVES, CallRecord
from sandbox.twin import World as TwinWorld
from tests.walk.quick import Walk, a_walk
from tests.worlds.estates import INTERCONNECT, LAG, LINK, a_connection, a_lag, an_interconnect

EXAMPLES = int(os.environ.get("DXMACSEC_EXAMPLES", "30"))
RUN = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
OTHERS = [(name, value) for name, values in ALTERNATIVES.items() for value in values[1:]]
WORLDS = st.lists(st.sampled_from(OTHERS), min_size=2, max_size=4, unique_by=lambda switch: switch[0]).map(dict)
RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text()
LIFE_TIME_SECONDS = 6.0
"""What it costs where AWS moves to another key only when it has lost the session (W12)."""

KINDS: dict[str, Callable[[int, TwinWorld], Walk]] = {
    "connection": lambda keys, world: a_walk(a_connection(keys=keys), LINK, world),
    "LAG": lambda keys, world: a_walk(a_lag(keys=keys), LAG, world),
    "interconnect": lambda keys, world: a_walk(an_interconnect(keys=keys), INTERCONNECT, world),
}


def charged(world: TwinWorld, calls: Counter[str]) -> float:
    """Return the seconds that a world charges for the calls that were made, whatever one does between them."""
    added, removed = calls["AssociateMacSecKey"], calls["DisassociateMacSecKey"]
    seconds = added * world.changeover_gap_seconds
    if world.W1 == "pending-cut":
        seconds += (added and added * world.associating_seconds) + (removed and removed * world.disassociating_seconds)
    if world.W12 != "at-once":
        seconds += added * LIFE_TIME_SECONDS
    if world.W16 == "short-gap":
        seconds += removed * world.seconds.removal_gap
    return seconds


def has_a_heading(reason: str | None) -> bool:
    return re.search(rf"^#+ .*\b{reason}\b", RUNBOOK, re.MULTILINE) is not None


@RUN
@given(WORLDS, st.sampled_from(list(KINDS)), st.integers(1, 3))
@example({"W12": "session-lost", "W13": "30s"}, "connection", 1)
@example({"W13": "30s", "W18": "gap"}, "LAG", 1)
def test_a_rotation_loses_no_second_beyond_what_its_worlds_charge(
    switches: dict[str, str], kind: str, keys: int
) -> None:
    world = TwinWorld.from_json(switches)
    walk = KINDS[kind](keys, world)
    calls: Counter[str] = Counter()

    def heard(record: CallRecord) -> None:
        calls[record.operation] += record.principal == "dxmacsec" and record.error is None

    walk.scene.twin.on_call.append(heard)
    execution = walk.rotate()

    assert walk.witness.lost_seconds <= charged(world, calls)
    assert [each for each in walk.witness.complaints() if "seconds were" not in each] == []
    assert execution.status == "SUCCEEDED" or has_a_heading(execution.error), (execution.error, execution.cause)
