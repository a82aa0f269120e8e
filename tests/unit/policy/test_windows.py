from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dxmacsec.fleet import Window
from dxmacsec.policy.windows import closed, is_open, next_opening

SUNDAYS = Window("0 2 * * SUN", 240, "Europe/Berlin")
NIGHTS = Window("30 23 * * *", 60, "UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2026-03-01T00:59:59", False),
        ("2026-03-01T01:00:00", True),
        ("2026-03-01T01:00:30", True),
        ("2026-03-01T04:59:59", True),
        ("2026-03-01T05:00:00", False),
        ("2026-03-02T01:30:00", False),
    ],
)
def test_a_window_is_open_from_its_minute_for_its_length_in_its_zone(moment: str, *, opened: bool) -> None:
    assert is_open((SUNDAYS,), at(moment)) is opened


def test_a_window_may_last_past_midnight() -> None:
    assert is_open((NIGHTS,), at("2026-03-02T00:29:00"))
    assert not is_open((NIGHTS,), at("2026-03-02T00:30:00"))


def test_one_open_window_is_enough() -> None:
    assert is_open((SUNDAYS, NIGHTS), at("2026-03-03T23:45:00"))


def test_without_windows_it_is_always_open_and_never_opens() -> None:
    assert is_open((), at("2026-03-03T12:00:00"))
    assert next_opening((), at("2026-03-03T12:00:00")) is None
    assert closed((), at("2026-03-03T12:00:00")) is None


def test_the_next_opening_is_the_earliest_of_all() -> None:
    assert next_opening((SUNDAYS, NIGHTS), at("2026-02-28T23:30:00")) == at("2026-03-01T01:00:00")


def test_summer_time_moves_the_opening_in_utc() -> None:
    assert next_opening((SUNDAYS,), at("2026-04-01T00:00:00")) == at("2026-04-05T00:00:00")


def test_a_closed_window_says_when_the_next_one_opens() -> None:
    assert closed((SUNDAYS,), at("2026-03-01T01:00:00")) is None
    assert "2026-03-01T01:00:00+00:00" in str(closed((SUNDAYS,), at("2026-02-28T12:00:00")))
