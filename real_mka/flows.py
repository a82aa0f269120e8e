"""What became of a numbered flow: how many datagrams were lost, and how long nothing arrived; pure functions."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COUNT = struct.Struct("<I")
ARRIVAL = struct.Struct("<Id")
"""As `guest/flow.py` writes them: how many were sent; then number and time, in seconds, of each arrival."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What one end noted: how many it sent, and what arrived from the other end."""

    sent: int
    arrivals: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction of a flow.

    Attributes:
        sent: datagrams that one end sent.
        lost: those of them that never arrived at the other.
        repeated: arrivals of a datagram that had arrived before.
        longest_gap_seconds: the longest time between two arrivals.
    """

    sent: int
    lost: int
    repeated: int
    longest_gap_seconds: float


def read_notes(body: bytes) -> Notes:
    """Return what an end wrote.

    Raises:
        struct.error: the file is no such notes.
    """
    (sent,) = COUNT.unpack_from(body)
    return Notes(sent, tuple(ARRIVAL.iter_unpack(body[COUNT.size :])))


def direction(sender: Notes, receiver: Notes) -> Direction:
    """Return what became of the datagrams from one end to the other."""
    numbers = [number for number, _ in receiver.arrivals]
    arrived = {number for number in numbers if number < sender.sent}
    return Direction(
        sent=sender.sent,
        lost=sender.sent - len(arrived),
        repeated=len(numbers) - len(set(numbers)),
        longest_gap_seconds=longest_gap([at for _, at in receiver.arrivals]),
    )


def longest_gap(times: Sequence[float]) -> float:
    """Return the longest time between two that follow each other, in seconds; 0 where there are fewer than two."""
    return max((later - earlier for earlier, later in pairwise(sorted(times))), default=0.0)
