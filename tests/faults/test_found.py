"""What the fault matrix found and was mended, each kept as a test of its own."""

from __future__ import annotations

import pytest

from dxmacsec.errors import AccessDenied, Throttled
from tests.faults.aftermath import settle
from tests.faults.roads import ROADS
from tests.walk.witness import reasons
from tests.worlds.estates import LINK
from tests.worlds.trouble import BEFORE, raising


@pytest.mark.parametrize("state", ["Bake", "RetireKey", "PromoteKey", "RemoveFromRouter", "CloseRotation"])
def test_a_key_secret_that_is_deleted_in_the_middle_leaves_a_record_and_no_lock(state: str) -> None:
    trip = ROADS["connection"]()
    trip.walker.entering[state] = lambda: trip.walk.scene.key_secrets.schedule_deletion(LINK)

    trip.go(trip)
    settle(trip)

    assert trip.main is not None
    assert trip.main.error != "NotClosed"
    assert trip.walk.record()["execution"] == trip.main.arn
    ledger = trip.walk.scene.ledger
    assert (ledger.rotation_locks, ledger.acting_locks, ledger.tasks) == ({}, {}, {})


def test_the_recovery_of_a_link_whose_key_secret_is_deleted_frees_its_locks() -> None:
    trip = ROADS["recovery"]()
    trip.walk.scene.key_secrets.schedule_deletion(LINK)

    trip.go(trip)

    assert trip.main is not None
    assert trip.main.status == "SUCCEEDED"
    assert (trip.walk.scene.ledger.rotation_locks, trip.walk.scene.ledger.acting_locks) == ({}, {})


def test_a_lock_that_can_not_be_read_once_does_not_end_the_asking_for_the_old_key() -> None:
    trip = ROADS["lying router"]()
    old = trip.walk.made(0)

    def forbid_once() -> None:
        trip.walk.scene.trouble.at("ledger.holds_rotation", BEFORE, raising(AccessDenied("not now")))

    trip.walker.entering["RestoreKey"] = forbid_once

    trip.go(trip)

    assert trip.main is not None
    assert reasons(trip.main) == ("FAILED", "Restored")
    assert old in trip.walk.ckns()
    assert trip.walk.scene.link(LINK).encrypted


@pytest.mark.parametrize("call", ["ledger.holds_rotation", "direct_connect.link"])
def test_a_line_that_can_not_be_read_any_more_is_called_dark_when_the_time_for_asking_is_over(call: str) -> None:
    trip = ROADS["lying router"]()
    trouble = trip.walk.scene.trouble
    trip.walker.entering["RestoreKey"] = lambda: trouble.always(call, BEFORE, raising(Throttled("Rate exceeded")))
    trip.walker.entering["CloseRotation"] = trouble.forget
    began = trip.walk.scene.clock.now()

    trip.go(trip)

    assert trip.main is not None
    assert reasons(trip.main) == ("FAILED", "LinkDark")
    assert trip.walk.scene.clock.now() - began < 2 * trip.walk.scene.world.limits.restore
    assert trip.walk.scene.ledger.pauses[LINK].reason == "LinkDark"
