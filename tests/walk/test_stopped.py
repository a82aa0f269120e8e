"""An execution that is stopped runs no Catch: what it leaves must not block the next one, nor cut the line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dxmacsec.model import MUST_ENCRYPT
from tests.walk.machines import machine
from tests.walk.quick import a_walk, a_walk_through
from tests.walk.watchful import Watchful
from tests.walk.witness import reasons
from tests.worlds.estates import LINK
from tests.worlds.scene import LIMITS

NOT_ON_THIS_ROAD = {
    "WaitForLink",
    "WithdrawKey",
    "RestoreKey",
    "Restored?",
    "NotClosed",
    "RefuseInput",
    "Failed",
    "Succeeded",
    "TakeLock",
}
STATES = [state for state in machine("rotate_key")["States"] if state not in NOT_ON_THIS_ROAD]


@pytest.mark.parametrize("state", STATES)
def test_the_next_rotation_takes_over_wherever_the_first_was_stopped(state: str) -> None:
    walk = a_walk_through(state)
    first = walk.start()
    walk.walker.walk_to(first, state)
    walk.walker.stop(first)
    walk.scene.clock.sleep(LIMITS.abandoned_after.total_seconds() + 1)

    execution = walk.rotate()

    link = walk.scene.link(LINK)
    assert (execution.status, execution.cause) == ("SUCCEEDED", None)
    assert (len(walk.ckns()), link.mode, link.encrypted) == (1, MUST_ENCRYPT, True)
    assert len(walk.scene.key_maker.made) <= 2
    assert walk.witness.complaints() == []
    assert (walk.scene.ledger.rotation_locks, walk.scene.ledger.acting_locks) == ({}, {})


def test_the_lock_of_a_stopped_execution_stays_until_a_sweep_had_time_to_recover_it() -> None:
    walk = a_walk()
    first = walk.start()
    walk.walker.walk_to(first, "Bake")
    walk.walker.stop(first)
    walk.scene.clock.sleep(LIMITS.abandoned_after.total_seconds() - 5)

    assert reasons(walk.rotate()) == ("FAILED", "AlreadyRotating")


def test_where_the_sweep_comes_once_a_day_a_dark_line_waits_for_it_past_the_next_start() -> None:
    walk = a_walk(abandoned_after=timedelta(days=2))
    walk.behave(loses_encryption_when_old_removed=True)
    first = walk.start()
    walk.walker.walk_to(first, "AwaitRetired")
    walk.walker.stop(first)
    walk.scene.clock.sleep(timedelta(hours=23).total_seconds())

    assert reasons(walk.rotate()) == ("FAILED", "AlreadyRotating")

    Watchful(walk).sweep()
    assert set(walk.scene.remedies.recoveries.values()) == {first.arn}
    assert walk.walker.recover(first).output["roads"] == ["restore"]
