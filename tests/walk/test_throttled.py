"""Direct Connect throttles for five minutes: whatever runs is slower for it, and ends as it would have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT
from sandbox.twin import DEFAULT_ESTATE, CallRecord
from sandbox.twin import World as TwinWorld
from tests.walk.execution import Execution
from tests.walk.fleet_walker import FleetWalker
from tests.walk.quick import Walk, a_walk
from tests.walk.throttling import SECONDS, throttle
from tests.walk.witness import reasons
from tests.worlds.estates import LAG, LINK, a_connection, a_lag
from tests.worlds.scene import a_scene

MEAN, UNLUCKY = 0.5, 0.35
"""Which part of each wait before a retry passes: on the average, and on a day on which all of them are short."""
SLOWER_AT_MOST = 180.0
"""Seconds that a rotation is behind, beside those of the throttling: a last wait, and a watch that begins anew."""
MOST_REACTION = 10.0
"""Seconds from the end of the throttling to the call that brings a dark line back."""
ROADS: dict[str, Callable[[], Walk]] = {
    "connection": a_walk,
    "LAG": lambda: a_walk(a_lag(mode=SHOULD_ENCRYPT), LAG),
    "full chain": lambda: a_walk(a_connection(keys=3)),
    "onboarding": lambda: a_walk(a_connection(keys=0, mode="no_encrypt")),
}


def rotated(road: str) -> tuple[Walk, Execution]:
    walk = ROADS[road]()
    return walk, walk.rotate()


def states(road: str) -> list[str]:
    """Return the states of a road, nested ones included, in which somebody calls a function."""
    walk, _ = rotated(road)
    visited = [state for each in walk.walker.executions for state in each.visited]
    return [state for state in dict.fromkeys(visited) if not state.endswith("?") and not state.startswith("Wait")]


def seconds_of(walk: Walk, began: datetime) -> float:
    return (walk.scene.clock.now() - began).total_seconds()


PLACES = [
    pytest.param(road, state, id=f"{road}, {state}")
    for road in ROADS
    for state in states(road)
    if state not in ("Succeeded", "EnforceEncryption") and (road == "connection" or state not in states("connection"))
]


@pytest.mark.parametrize("jitter", [MEAN, UNLUCKY])
@pytest.mark.parametrize(("road", "state"), PLACES)
def test_a_rotation_is_slower_and_ends_well(road: str, state: str, jitter: float) -> None:
    undisturbed, _ = rotated(road)
    walk = ROADS[road]()
    walk.walker.jitter = jitter
    began = walk.scene.clock.now()
    walk.walker.entering[state] = lambda: throttle(walk.scene)

    execution = walk.rotate()

    link = walk.scene.link(walk.link_id)
    assert (execution.status, execution.cause) == ("SUCCEEDED", None)
    assert (walk.ckns(), link.mode, link.encrypted) == ([walk.made(-1)], MUST_ENCRYPT, True)
    assert walk.witness.complaints() == []
    took, usually = seconds_of(walk, began), seconds_of(undisturbed, began)
    assert took <= usually + SECONDS + SLOWER_AT_MOST


@pytest.mark.parametrize("state", ["BeginEnforcement", "AwaitEncryption", "RaiseMode", "WatchMode", "CloseEnforcement"])
def test_an_enforcement_is_slower_and_ends_well(state: str) -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT))
    walk.walker.jitter = UNLUCKY
    walk.walker.entering[state] = lambda: throttle(walk.scene)

    execution = walk.walker.enforce(LINK)

    assert (execution.status, execution.output["raised"]) == ("SUCCEEDED", True)
    assert walk.witness.complaints() == []


@pytest.mark.parametrize("state", ["PlanFleet", "CheckWave", "ReportFleet"])
def test_a_run_of_the_fleet_is_slower_and_ends_well(state: str) -> None:
    walker = FleetWalker(a_scene(DEFAULT_ESTATE), jitter=UNLUCKY)
    walker.entering[state] = lambda: throttle(walker.scene)

    run = walker.rotate_fleet()

    assert (run.status, run.output["reason"]) == ("SUCCEEDED", "FleetRotated")
    assert {each.status for each in walker.rotations()} == {"SUCCEEDED"}


@pytest.mark.parametrize("state", ["BeginRecovery", "TakeOver", "PlanRecovery", "AwaitRetired", "CloseRecovery"])
def test_a_recovery_is_slower_and_ends_well(state: str) -> None:
    walk = a_walk()
    walk.walker.jitter = UNLUCKY
    dead = walk.start()
    walk.walker.walk_to(dead, "AwaitRetired")
    walk.walker.step_into(dead)
    walk.walker.entering[state] = lambda: throttle(walk.scene)

    recovery = walk.walker.recover(dead)

    assert recovery.status == "SUCCEEDED"
    assert walk.scene.link(LINK).encrypted
    assert walk.witness.complaints() == []


def asked_back(walk: Walk) -> list[datetime]:
    moments: list[datetime] = []

    def heard(record: CallRecord) -> None:
        if record.operation == "AssociateMacSecKey" and record.parameters.get("secretARN"):
            moments.append(record.at)

    walk.scene.twin.on_call.append(heard)
    return moments


@pytest.mark.parametrize("state", ["AwaitRetired", "RestoreKey"])
def test_a_dark_line_has_its_key_back_at_the_first_look_after_the_throttling(state: str) -> None:
    walk = a_walk(restore=a_scene().world.limits.restore)
    walk.behave(loses_encryption_when_old_removed=True)
    asked, over = asked_back(walk), []

    def begin() -> None:
        throttle(walk.scene)
        walk.scene.clock.at(SECONDS, lambda: over.append(walk.scene.clock.now()))

    walk.walker.entering[state] = begin

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "Restored")
    assert walk.scene.link(LINK).encrypted
    assert 0 <= (asked[0] - over[0]).total_seconds() <= MOST_REACTION


def test_a_line_that_is_cut_by_its_mode_is_lowered_right_after_the_throttling() -> None:
    walk = a_walk(
        a_connection(mode=SHOULD_ENCRYPT), LINK, TwinWorld.from_json({"W19": "gap", "seconds": {"mode_gap": 36000}})
    )
    over: list[datetime] = []
    lowered: list[datetime] = []

    def begin() -> None:
        throttle(walk.scene)
        walk.scene.clock.at(SECONDS, lambda: over.append(walk.scene.clock.now()))
        walk.scene.twin.on_call.append(
            lambda record: lowered.append(record.at) if record.operation == "UpdateConnection" else None
        )

    walk.walker.entering["LowerMode"] = begin

    execution = walk.walker.enforce(LINK)

    assert reasons(execution) == ("FAILED", "ModeLowered")
    assert 0 <= (lowered[0] - over[0]).total_seconds() <= MOST_REACTION


def test_what_was_not_seen_is_none_of_the_bake() -> None:
    """A minute of bake, of which the last look before the throttling saw a part: the rest comes after it."""
    walk = a_walk()
    bakes: list[datetime] = []

    def look() -> None:
        execution = walk.walker.executions[-1]
        if execution.visited[-1] == "Bake":
            bakes.append(walk.scene.clock.now())
            if len(bakes) == 2:
                throttle(walk.scene)

    walk.walker.watchers.append(look)
    walk.rotate()

    assert (bakes[-1] - bakes[0]).total_seconds() >= walk.scene.world.limits.bake.total_seconds() + SECONDS


def test_must_encrypt_waits_for_the_whole_lag_after_the_throttling() -> None:
    lag, before = timedelta(seconds=100), 45
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), status_lag=lag)
    raised: list[datetime] = []
    walk.scene.twin.on_call.append(
        lambda record: raised.append(record.at) if record.operation == "UpdateConnection" else None
    )
    walk.scene.clock.at(before, lambda: throttle(walk.scene))
    over = walk.scene.clock.now() + timedelta(seconds=before + SECONDS)

    walk.walker.enforce(LINK)

    assert raised[0] - over > lag
