"""In which order links are rotated: never two of one group at the same time, in as few waves as that allows."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import timedelta

from dxmacsec.fleet import DueLink

FLEET_REASON = "fleet run "
"""How the reason of a rotation begins that a run of the fleet started, and that the run tells of."""

LONGEST_PAUSE = timedelta(minutes=1)

Queue = deque[tuple[int, str]]
"""The links of one group that are still to be placed, each with its place among all."""


def lay_waves(due: Iterable[DueLink], most_links: int) -> tuple[tuple[str, ...], ...]:
    """Lay links into waves of at most `most_links`, each group at most once in a wave, who comes first goes first.

    A group with as many links left as there must be waves goes in each of them, before whoever is older: so there
    are never more waves than the longest group has links, or than all links fill.
    """
    queues: dict[tuple[str, bool], Queue] = {}
    for place, each in enumerate(due):
        queues.setdefault((each.group, each.declared), deque()).append((place, each.link))
    left = list(queues.values())
    waves = []
    while left:
        waves.append(_next_wave(left, most_links))
        left = [queue for queue in left if queue]
    return tuple(waves)


def _next_wave(left: list[Queue], most_links: int) -> tuple[str, ...]:
    """Take the next wave's links out of their groups' queues."""
    links = sum(len(queue) for queue in left)
    fewest_waves = max(-(-links // most_links), *(len(queue) for queue in left))
    chosen = sorted(left, key=lambda queue: (len(queue) < fewest_waves, queue[0]))[:most_links]
    return tuple(link for _, link in sorted(queue.popleft() for queue in chosen))


def pause(waited: timedelta, shortest: timedelta) -> timedelta:
    """Return how long to wait before looking at a wave's partners again: a sixth of the wait so far, up to a minute.

    Each look is nine events of a history that ends at 25,000, and a run may have 500 waves that all wait.
    """
    return min(max(shortest, waited / 6), max(shortest, LONGEST_PAUSE))
