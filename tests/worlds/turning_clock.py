"""A clock that turns by hand: sleeping moves it on, and what was planned for a moment happens then."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from sandbox.twin import VirtualClock

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class TurningClock:
    """Virtual time with an agenda; the twin's clock is the same one."""

    def __init__(self, start: datetime = START) -> None:
        """Stand at `start`."""
        self.hand = VirtualClock(start)
        self._numbers = count()
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []

    def now(self) -> datetime:
        """Return the moment at which it stands."""
        return self.hand.now()

    def at(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something in so many seconds."""
        heapq.heappush(self._agenda, (self.now() + timedelta(seconds=seconds), next(self._numbers), action))

    def sleep(self, seconds: float) -> None:
        """Let time pass, with all that was planned for it."""
        until = self.now() + timedelta(seconds=seconds)
        while self._agenda and self._agenda[0][0] <= until:
            when, _, action = heapq.heappop(self._agenda)
            self._to(when)
            action()
        self._to(until)

    def _to(self, when: datetime) -> None:
        if when > self.now():
            self.hand.advance((when - self.now()).total_seconds())
