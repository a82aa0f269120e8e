"""The traffic meter: how many seconds of each link were encrypted, clear or dropped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.twin.traffic import Kind

Span = tuple[datetime, datetime, "Kind"]


class Seconds(NamedTuple):
    """Seconds of one link by what happened to its traffic; they add up to the time it was a link."""

    encrypted: float
    clear: float
    dropped: float


class TrafficMeter:
    """Adds up the traffic of each link, exactly, from one change to the next."""

    def __init__(self, moment: Callable[[], datetime]) -> None:
        """Read through `moment`, which brings the twin up to the present and returns it."""
        self._moment = moment
        self._spans: dict[str, list[Span]] = {}
        self._open: dict[str, tuple[datetime, Kind]] = {}

    def links(self) -> tuple[str, ...]:
        """Return the ids of all links that were ever metered."""
        return tuple(dict.fromkeys((*self._spans, *self._open)))

    def seconds(self, link_id: str) -> Seconds:
        """Return the seconds of `link_id` so far.

        Raises:
            KeyError: no such link was ever metered.
        """
        timeline = self.timeline(link_id)
        return Seconds(_total(timeline, "encrypted"), _total(timeline, "clear"), _total(timeline, "dropped"))

    def timeline(self, link_id: str) -> list[Span]:
        """Return (start, end, kind) of `link_id` in the order of time, neighbours of one kind merged.

        Raises:
            KeyError: no such link was ever metered.
        """
        now = self._moment()
        if link_id not in self._spans:
            raise KeyError(link_id)
        spans = list(self._spans[link_id])
        if link_id in self._open:
            since, kind = self._open[link_id]
            if now > since:
                spans.append((since, now, kind))
        return spans

    def record(self, link_id: str, kind: Kind, now: datetime) -> None:
        """Note that from `now` on the link's traffic is `kind`. Repeating it changes nothing."""
        self._spans.setdefault(link_id, [])
        current = self._open.get(link_id)
        if current is not None and current[1] == kind:
            return
        self.stop(link_id, now)
        self._open[link_id] = (now, kind)

    def stop(self, link_id: str, now: datetime) -> None:
        """Note that from `now` on it is no link any more. Repeating it changes nothing."""
        current = self._open.pop(link_id, None)
        if current is not None and now > current[0]:
            self._spans[link_id].append((current[0], now, current[1]))

    def stop_others(self, link_ids: Iterable[str], now: datetime) -> None:
        """Stop each open link that isn't one of `link_ids`."""
        for link_id in set(self._open) - set(link_ids):
            self.stop(link_id, now)


def _total(timeline: list[Span], wanted: Kind) -> float:
    lengths = (end - start for start, end, kind in timeline if kind == wanted)
    return sum(lengths, timedelta()).total_seconds()
