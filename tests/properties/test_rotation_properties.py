"""Any world, any router, any two troubles: what must hold whatever happens.

`DXMACSEC_EXAMPLES` says how many rotations are tried a property; the default keeps the file under a minute.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dxmacsec.errors import ServiceFault, Throttled, UnknownAnswer
from dxmacsec.model import MUST_ENCRYPT
from sandbox.twin import ALTERNATIVES
from sandbox.twin import World as TwinWorld
from tests.walk.execution import Execution
from tests.walk.quick import Walk, a_walk
from tests.worlds.estates import a_connection
from tests.worlds.scene import LIMITS
from tests.worlds.trouble import FunctionDied, raising

EXAMPLES = int(os.environ.get("DXMACSEC_EXAMPLES", "30"))
RUN = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

WORLDS = st.sampled_from([{}] + [{name: value} for name, values in ALTERNATIVES.items() for value in values[1:]])
SOON = st.floats(0, 400)
ROUTERS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.just({"answers": "late", "late_seconds": 3000}),
    st.sampled_from(["never", "failure", "wrong-ckn"]).map(lambda answers: {"answers": answers}),
    st.just({"takes_key": False}),
    st.just({"loses_encryption_when_old_removed": True}),
    SOON.map(lambda seconds: {"falls_back_after_seconds": seconds}),
    SOON.map(lambda seconds: {"loses_key_after_seconds": seconds}),
    SOON.map(lambda seconds: {"flaps_at_seconds": seconds}),
)
FAULTS = st.sampled_from([ServiceFault("no answer"), Throttled("slow down"), UnknownAnswer("what?"), FunctionDied()])
TROUBLES = st.lists(st.tuples(st.integers(0, 120), st.sampled_from(["before", "after"]), FAULTS), max_size=2)
CHAINS = st.tuples(st.integers(0, 3), st.sampled_from(["must_encrypt", "should_encrypt", "no_encrypt"]))


def a_troubled_walk(
    chain: tuple[int, str],
    world: dict[str, str],
    router: dict[str, Any],
    troubles: list[tuple[int, str, Exception]],
) -> Walk:
    walk = a_walk(a_connection(keys=chain[0], mode=chain[1]), twin_world=TwinWorld.from_json(world))
    walk.behave(**router)
    for number, when, fault in troubles:
        walk.scene.trouble.at_call(number, when, raising(fault))
    return walk


def broken(walk: Walk, execution: Execution) -> list[str]:
    """Return the broken promises; seconds that a router or a world costs are not the product's."""
    closed = execution.error != "NotClosed" and "CloseRotation" in execution.visited
    found = [each for each in walk.witness.complaints() if "seconds were" not in each]
    return found if closed else [each for each in found if "left" not in each and "outlived" not in each]


@RUN
@given(CHAINS, WORLDS, ROUTERS, TROUBLES)
def test_a_rotation_keeps_its_promises_in_any_world(
    chain: tuple[int, str], world: dict[str, str], router: dict[str, Any], troubles: list[tuple[int, str, Exception]]
) -> None:
    walk = a_troubled_walk(chain, world, router, troubles)
    began_associated = chain[0] > 0

    execution = walk.rotate()

    assert broken(walk, execution) == []
    assert walk.witness.fewest_associated >= 1 or not began_associated
    if execution.status == "SUCCEEDED":
        assert walk.ckns() == [walk.made(-1)] or walk.scene.link(walk.link_id).key(walk.made(-1)) is not None
        assert execution.output["mode"] == MUST_ENCRYPT
        assert execution.output["proven_by"] == "router"
    else:
        assert execution.error
        assert execution.cause


@RUN
@given(CHAINS, ROUTERS, TROUBLES, st.sampled_from(["vanish", "listed"]))
def test_the_next_rotation_is_never_blocked_by_the_remains_of_the_last(
    chain: tuple[int, str], router: dict[str, Any], troubles: list[tuple[int, str, Exception]], gone: str
) -> None:
    walk = a_troubled_walk(chain, {"W9": gone}, router, troubles)
    walk.rotate()
    walk.repair_router()
    walk.scene.ledger.pauses.clear()
    walk.scene.ledger.enforcement_pauses.clear()
    walk.scene.trouble.forget()
    walk.scene.clock.sleep(LIMITS.abandoned_after.total_seconds() + 600)

    execution = walk.rotate()

    assert (execution.status, execution.cause) == ("SUCCEEDED", None)
    assert len(walk.ckns()) == 1
    assert walk.scene.link(walk.link_id).encrypted


@RUN
@given(CHAINS, ROUTERS, st.integers(1, 90), st.integers(1, 2))
def test_a_stopped_execution_leaves_no_lock_for_ever_and_no_link_without_a_key(
    chain: tuple[int, str], router: dict[str, Any], steps: int, stops: int
) -> None:
    walk = a_troubled_walk(chain, {}, router, [])
    for _ in range(stops):
        execution = walk.start()
        for _ in range(steps):
            if execution.status == "RUNNING":
                walk.walker.step(execution)
        if execution.status == "RUNNING":
            walk.walker.stop(execution)
        walk.scene.clock.sleep(LIMITS.abandoned_after.total_seconds() + 1)
    walk.behave()

    last = walk.rotate()

    assert last.error != "AlreadyRotating"
    assert walk.witness.fewest_associated >= 1 or chain[0] == 0
    assert (walk.scene.ledger.rotation_locks, walk.scene.ledger.acting_locks) == ({}, {})
    assert len(walk.scene.key_maker.made) <= 3
