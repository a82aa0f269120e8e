"""What is due later, in the order of time; nothing runs by itself."""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


class Entry(NamedTuple):
    """An action with its moment; `order` keeps entries of one moment in the order of their making."""

    at: datetime
    order: int
    action: Callable[[], None]


class Agenda:
    """A queue of actions ordered by time."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: list[Entry] = []
        self._order = itertools.count()

    def add(self, at: datetime, action: Callable[[], None]) -> None:
        """Put `action` down for the moment `at`."""
        heapq.heappush(self._entries, Entry(at, next(self._order), action))

    def pop_due(self, now: datetime) -> Entry | None:
        """Take the earliest entry that is due at `now`, or None."""
        if self._entries and self._entries[0].at <= now:
            return heapq.heappop(self._entries)
        return None
