"""Clocks: where the twin's time comes from; it is asked for at each call and nothing ever sleeps."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime that never goes backwards."""
        ...


class VirtualClock:
    """Time that stands still until it is advanced by hand."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        """Stand at `start`.

        Raises:
            ValueError: `start` has no time zone.
        """
        if start.tzinfo is None:
            message = "start must be an aware datetime, for example datetime(2026, 1, 1, tzinfo=UTC)"
            raise ValueError(message)
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment at which this clock stands."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`.

        Raises:
            ValueError: `seconds` is negative.
        """
        self._now += _forward(seconds)


class ScaledClock:
    """Real time, faster or slower by a factor, starting at the real moment of its making."""

    def __init__(self, scale: float = 1.0) -> None:
        """Run `scale` seconds of this clock in each real second.

        Raises:
            ValueError: `scale` is not above zero.
        """
        if scale <= 0:
            message = f"scale must be above 0, got {scale}"
            raise ValueError(message)
        self._scale = scale
        self._base = datetime.now(UTC)
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the scaled moment."""
        with self._lock:
            elapsed_seconds = (time.monotonic() - self._started) * self._scale
            return self._base + timedelta(seconds=elapsed_seconds)

    def advance(self, seconds: float) -> None:
        """Jump on by `seconds` of this clock, on top of the time that passes by itself.

        Raises:
            ValueError: `seconds` is negative.
        """
        step = _forward(seconds)
        with self._lock:
            self._base += step


def _forward(seconds: float) -> timedelta:
    if seconds < 0:
        message = f"time only moves forward, got {seconds} seconds"
        raise ValueError(message)
    return timedelta(seconds=seconds)
