"""When may a rotation start? In a window of the deployer's, or at any time where there is none.

The rule for a key that gets too old before a window opens: inside a window a link is due already when
its key would be too old before the next window opens. Outside nothing is started, however old a key is,
for only a person may start a rotation past the windows; people are told instead, in time to act.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from dxmacsec.fleet import Window

LONGEST_WAIT = timedelta(hours=24)
"""How long a run that met a closed window waits for the next: the default schedule starts one a day."""


def is_open(windows: tuple[Window, ...], now: datetime) -> bool:
    """Tell whether a rotation may start now; without windows it always may."""
    return not windows or any(_last_opening(window, now) + _length(window) > now for window in windows)


def closed(windows: tuple[Window, ...], now: datetime) -> str | None:
    """Say that no window is open and when the next one will be; None when a rotation may start."""
    opening = None if is_open(windows, now) else next_opening(windows, now)
    return f"No rotation window is open; the next one opens at {opening.isoformat()}." if opening else None


def next_opening(windows: tuple[Window, ...], now: datetime) -> datetime | None:
    """Return when the next window after now opens, in UTC; None where there are no windows."""
    openings = (next(CronSim(window.cron, _local(window, now))).astimezone(UTC) for window in windows)
    return min(openings, default=None)


def _last_opening(window: Window, now: datetime) -> datetime:
    """Return when a window opened last; one that opens this very minute has opened."""
    after = _local(window, now.replace(second=0, microsecond=0) + timedelta(minutes=1))
    return next(CronSim(window.cron, after, reverse=True)).astimezone(UTC)


def _local(window: Window, now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(window.zone))


def _length(window: Window) -> timedelta:
    return timedelta(minutes=window.minutes)
