"""The pause between two looks: short right after an action, long where the wait is long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dxmacsec.policy.pace import stretched

FIVE = timedelta(seconds=5)


@pytest.mark.parametrize(
    ("waited", "pause"), [(0, 5), (30, 6), (90, 8), (300, 8), (480, 8), (900, 15), (1800, 30)], ids=str
)
def test_the_pause_grows_with_the_wait(waited: float, pause: float) -> None:
    assert stretched(timedelta(seconds=waited), FIVE) == timedelta(seconds=pause)


def test_the_pause_never_shrinks() -> None:
    pauses = [stretched(timedelta(seconds=waited), FIVE) for waited in range(3600)]

    assert pauses == sorted(pauses)


def test_five_minutes_of_waiting_are_noticed_within_five_seconds_on_the_average() -> None:
    around = [stretched(timedelta(seconds=waited), FIVE) for waited in range(240, 360)]

    assert max(around) / 2 <= timedelta(seconds=5)
