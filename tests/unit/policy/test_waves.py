from __future__ import annotations

from datetime import timedelta

from dxmacsec.policy.waves import pause

SHORTEST = timedelta(seconds=5)


def test_a_wave_that_waits_a_quarter_of_an_hour_looks_few_times_and_never_pauses_long() -> None:
    waited, looks = timedelta(0), 0
    while waited < timedelta(minutes=15):
        assert SHORTEST <= pause(waited, SHORTEST) <= timedelta(minutes=1)
        waited += pause(waited, SHORTEST)
        looks += 1

    assert looks < 35


def test_a_pause_that_is_long_by_choice_is_not_shortened() -> None:
    assert pause(timedelta(minutes=30), timedelta(minutes=2)) == timedelta(minutes=2)
