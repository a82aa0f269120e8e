"""What became of a numbered flow: how many datagrams were lost, and how long nothing arrived; pure functions."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COUNT = struct.Struct("<I")
ARRIVAL = struct.Struct("<Id")
"""As `guest/flow.py` writes them: how many were sent; then number and time, in seconds, of each arrival."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What one end noted: how many it sent, and what arrived from the other end."""

    sent: int
    arrivals: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """Datagrams in a row that never arrived.

    Attributes:
        count: how many.
        after_seconds: when the one before them arrived, in the virtual machine's time; None at the flow's beginning.
    """

    count: int
    after_seconds: float | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened on a line, in the virtual machine's time."""

    at_seconds: float
    what: str


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction of a flow.

    Attributes:
        sent: datagrams that one end sent.
        lost: those of them that never arrived at the other.
        repeated: arrivals of a datagram that had arrived before.
        longest_gap_seconds: the longest time between two arrivals.
        losses: the lost ones, those in a row together.
    """

    sent: int
    lost: int
    repeated: int
    longest_gap_seconds: float
    losses: tuple[Loss, ...] = ()


def read_notes(body: bytes) -> Notes:
    """Return what an end wrote.

    Raises:
        struct.error: the file is no such notes.
    """
    (sent,) = COUNT.unpack_from(body)
    return Notes(sent, tuple(ARRIVAL.iter_unpack(body[COUNT.size :])))


def direction(sender: Notes, receiver: Notes) -> Direction:
    """Return what became of the datagrams from one end to the other."""
    first = {number: at for number, at in reversed(receiver.arrivals) if number < sender.sent}
    numbers = [number for number, _ in receiver.arrivals]
    return Direction(
        sent=sender.sent,
        lost=sender.sent - len(first),
        repeated=len(numbers) - len(set(numbers)),
        longest_gap_seconds=longest_gap([at for _, at in receiver.arrivals]),
        losses=losses(first, sender.sent),
    )


def losses(arrived: Mapping[int, float], sent: int) -> tuple[Loss, ...]:
    """Return what is missing of the datagrams 0 to `sent`, from when each of the others arrived."""
    edges = [-1, *sorted(arrived), sent]
    return tuple(
        Loss(later - earlier - 1, arrived.get(earlier)) for earlier, later in pairwise(edges) if later - earlier > 1
    )


def located(loss: Loss, moments: Iterable[Moment]) -> str:
    """Return a loss in words: how many datagrams, and how long after which of the moments."""
    if loss.after_seconds is None:
        return f"{loss.count} at the beginning"
    before = [moment for moment in moments if moment.at_seconds <= loss.after_seconds]
    if not before:
        return f"{loss.count} before anything happened"
    last = max(before, key=lambda moment: moment.at_seconds)
    return f"{loss.count} lost {loss.after_seconds - last.at_seconds:.2f} s after: {last.what}"


def longest_gap(times: Sequence[float]) -> float:
    """Return the longest time between two that follow each other, in seconds; 0 where there are fewer than two."""
    return max((later - earlier for earlier, later in pairwise(sorted(times))), default=0.0)
