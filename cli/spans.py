"""Times as people say them: how long, how long ago, until when."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def span(length: timedelta) -> str:
    """Return a length of time in its two greatest units, such as `3 h 20 min`."""
    left, words = max(0, round(length.total_seconds())), []
    for seconds, unit in UNITS:
        count, rest = divmod(left, seconds)
        if count:
            words.append(f"{count} {unit}")
            left = rest
        if len(words) == 2 or (words and not count):  # noqa: PLR2004 - two units say enough
            break
    return " ".join(words) or "0 s"


def clock(elapsed: timedelta) -> str:
    """Return how long something has run, such as `1:02:03` or `02:03`."""
    minutes, seconds = divmod(max(0, int(elapsed.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def until(moment: datetime, now: datetime) -> str:
    """Return a moment with how far it is, such as `2026-03-01 12:30 UTC, in 30 min`."""
    told = "in " + span(moment - now) if moment >= now else span(now - moment) + " ago"
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC, {told}"
