"""A rotation keeps to the deployer's windows and away from AWS's maintenances."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dxmacsec.fleet import Maintenance, Window
from tests.walk.quick import Walk, a_walk
from tests.worlds.estates import LINK

LATER = (Window("0 2 1 6 *", 60, "UTC"),)


def assert_refused(walk: Walk, reason: str) -> None:
    """Rotate, and see a refusal that changed nothing."""
    before = walk.scene.link(LINK)
    execution = walk.rotate()
    assert (execution.status, execution.error) == ("FAILED", reason)
    assert walk.record()["status"] == "REFUSED"
    assert walk.scene.link(LINK) == before
    assert (walk.scene.key_maker.made, walk.scene.desk.sent) == ([], [])
    assert walk.witness.complaints() == []


def test_outside_its_window_a_rotation_is_refused() -> None:
    assert_refused(a_walk(windows=LATER), "OutsideWindow")


def test_an_urgent_rotation_needs_no_window() -> None:
    walk = a_walk(windows=LATER)

    execution = walk.rotate(urgent=True)

    assert execution.error != "OutsideWindow"


@pytest.mark.parametrize("hours", [0, 12])
def test_a_planned_maintenance_is_a_reason_to_refuse(hours: int) -> None:
    walk = a_walk()
    at = walk.scene.clock.now() + timedelta(hours=hours)
    walk.scene.fleet_ledger.put_maintenance(
        Maintenance("arn:event", (LINK,), at, at + timedelta(hours=2), "MAINTENANCE")
    )

    assert_refused(walk, "MaintenancePlanned")
