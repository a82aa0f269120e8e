from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cli.ending import CliError, Ending
from cli.periods import moment_from
from cli.words import age, ago, by, ckn_start, clock, due, exact, moment, span, until

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.42, "0.4 s"),
        (42, "42 s"),
        (100, "1 min 40 s"),
        (420, "7 min"),
        (1500, "25 min"),
        (7500, "2 h 05 min"),
        (3 * 86_400 + 4 * 3600, "3 d 4 h"),
        (120 * 86_400, "120 d"),
    ],
)
def test_a_length_is_told_in_units_that_a_person_reads(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_a_moment_is_told_in_utc_whatever_its_zone() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert (moment(there), exact(there)) == ("2026-03-01 12:00 UTC", "2026-03-01 12:00:30 UTC")


def test_a_deadline_that_is_over_says_so() -> None:
    assert until(NOW + timedelta(minutes=5), NOW) == "5 min left"
    assert until(NOW - timedelta(minutes=5), NOW) == "5 min over"
    assert ago(NOW - timedelta(minutes=5), NOW) == "5 min ago"


def test_a_moment_by_which_somebody_must_act_says_how_far_it_is() -> None:
    assert by(NOW + timedelta(minutes=30), NOW) == "2026-03-01 12:30 UTC, in 30 min"
    assert by(NOW - timedelta(hours=3), NOW) == "2026-03-01 09:00 UTC, 3 h 00 min ago"


def test_what_runs_is_timed_as_a_clock_shows_it() -> None:
    assert (clock(timedelta(seconds=123.9)), clock(timedelta(seconds=3723))) == ("02:03", "1:02:03")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (None, "-"),
        (NOW, "now"),
        (NOW + timedelta(hours=3), "today"),
        (NOW + timedelta(days=88, hours=9), "in 88 d"),
    ],
)
def test_a_due_day_is_told_by_how_far_it_is(at: datetime | None, words: str) -> None:
    assert due(at, NOW) == words


def test_what_nobody_knows_has_a_word() -> None:
    assert (age(None), age(41.9), ckn_start(None), ckn_start("AB" * 32)) == ("unknown", "41 d", "-", "abababab…")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("36h", NOW - timedelta(hours=36)),
        ("2w", NOW - timedelta(weeks=2)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T10:00+02:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_a_moment_may_be_typed_as_a_length_or_a_day(text: str, meant: datetime) -> None:
    assert moment_from(text, NOW) == meant


@pytest.mark.parametrize("text", ["", "yesterday", "d", "1e99d", "nand", "2026-13-01"])
def test_anything_else_is_refused_as_wrong_usage(text: str) -> None:
    with pytest.raises(CliError) as refused:
        moment_from(text, NOW)

    assert refused.value.ending is Ending.USAGE
