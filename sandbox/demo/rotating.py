"""Following rotations, whoever started them, and telling where each one is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sandbox.demo.machine import Place, RotateKey
from sandbox.demo.progress import Display, Now
from sandbox.demo.sights import LinkSeen, Run, Started, Traffic
from sandbox.demo.words import doing

POLL_SECONDS: Final = 0.4


class Rotations:
    """Rotations that run or have ended; `runs` are the ended ones by link."""

    def __init__(
        self, machine: RotateKey, traffic: Callable[[str], Traffic], *, poll_seconds: float = POLL_SECONDS
    ) -> None:
        """Take the machine that rotates, and what measures a link's traffic."""
        self._machine, self._traffic, self._poll_seconds = machine, traffic, poll_seconds
        self._started: dict[str, Started] = {}
        self._places: dict[str, Place] = {}
        self.runs: dict[str, Run] = {}

    def began(self, started: Started) -> None:
        """Follow a rotation from now on."""
        self._started[started.link] = started

    @property
    def running(self) -> tuple[str, ...]:
        """Return the links whose rotation has not ended."""
        return tuple(link for link in self._started if link not in self.runs)

    def look(self, show: Callable[[], None]) -> None:
        """Look at every running rotation once, with a show and a pause after each; without any, only pause."""
        for link in self.running:
            self._look(self._started[link])
            self._pause(show)
        if not self.running:
            self._pause(show)

    def row(self, link: LinkSeen, part: str = "", waits: str = "waits") -> Now:
        """Return what happens now on a link; `waits` says why nothing does."""
        traffic, at = self._traffic(link.id), datetime.now(UTC)
        run, place = self.runs.get(link.id), self._places.get(link.id)
        if run is not None:
            said = run.sentence.removeprefix(f"{link.id} ")
            return Now(link, "done" if run.succeeded else "failed", said, 0, run.seconds, traffic, part)
        if link.id not in self._started:
            return Now(link, "waiting", waits, 0, 0, traffic, part)
        total = max(0.0, (at - self._started[link.id].at).total_seconds())
        if place is None or place.state is None or place.since is None:
            return Now(link, "running", "starting", total, total, traffic, part)
        words = doing(place.state, place.nested)
        return Now(link, "running", words, max(0.0, (at - place.since).total_seconds()), total, traffic, part)

    def _pause(self, show: Callable[[], None]) -> None:
        show()
        time.sleep(self._poll_seconds)

    def _look(self, started: Started) -> None:
        place = self._machine.place(started.execution, self._places.get(started.link))
        self._places[started.link] = place
        if not place.running:
            self.runs[started.link] = self._machine.ended(started.execution, started.link)


def by_hand(link: LinkSeen, machine: RotateKey, rotations: Rotations, display: Display) -> Run:
    """Rotate one link as a person would, and return how it ended."""
    with display:
        rotations.began(machine.start(link.id))
        while rotations.running:
            rotations.look(lambda: display.show([rotations.row(link)]))
    return rotations.runs[link.id]
