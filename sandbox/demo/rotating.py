"""Rotating the links, wave by wave, and telling a display where each one is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from sandbox.demo.machine import Place, RotateKey
from sandbox.demo.progress import Display, Now
from sandbox.demo.sights import LinkSeen, Run, Traffic
from sandbox.demo.waves import group_of, waves
from sandbox.demo.words import doing

POLL_SECONDS: Final = 0.4


class Rotating:
    """The rotations of all links, from the first to the last wave."""

    def __init__(
        self,
        links: Sequence[LinkSeen],
        machine: RotateKey,
        traffic: Callable[[str], Traffic],
        *,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        """Take the links, the machine that rotates them, and what measures a link's traffic."""
        self._links, self._machine, self._traffic = tuple(links), machine, traffic
        self._poll_seconds = poll_seconds
        self._executions: dict[str, str] = {}
        self._places: dict[str, Place] = {}
        self._started: dict[str, datetime] = {}
        self._runs: dict[str, Run] = {}

    def run(self, display: Display) -> tuple[Run, ...]:
        """Rotate every link and return how each rotation ended, in the order of the links.

        A failed rotation stops the waves after it: its partner may be the only line that works.
        """
        with display:
            for wave in waves(self._links):
                self._wave(wave, display)
                if not all(self._runs[link.id].succeeded for link in wave):
                    break
            display.show(self._rows())
        return tuple(self._runs[link.id] for link in self._links if link.id in self._runs)

    def _wave(self, wave: Sequence[LinkSeen], display: Display) -> None:
        for link in wave:
            self._started[link.id] = datetime.now(UTC)
            self._executions[link.id] = self._machine.start(link.id)
        while running := [link for link in wave if link.id not in self._runs]:
            for link in running:
                self._look(link)
                display.show(self._rows())
                time.sleep(self._poll_seconds)

    def _look(self, link: LinkSeen) -> None:
        execution = self._executions[link.id]
        place = self._machine.place(execution, self._places.get(link.id))
        self._places[link.id] = place
        if not place.running:
            self._runs[link.id] = self._machine.ended(execution, link.id)

    def _rows(self) -> tuple[Now, ...]:
        return tuple(self._now(link) for link in self._links)

    def _now(self, link: LinkSeen) -> Now:
        traffic, at = self._traffic(link.id), datetime.now(UTC)
        run, place = self._runs.get(link.id), self._places.get(link.id)
        if run is not None:
            said = run.sentence.removeprefix(f"{link.id} ")
            return Now(link, "done" if run.succeeded else "failed", said, 0, run.seconds, traffic)
        if link.id not in self._started:
            return Now(link, "waiting", self._waits_for(link), 0, 0, traffic)
        total = (at - self._started[link.id]).total_seconds()
        if place is None or place.state is None or place.since is None:
            return Now(link, "running", "starting", total, total, traffic)
        words = doing(place.state, place.nested)
        return Now(link, "running", words, max(0.0, (at - place.since).total_seconds()), total, traffic)

    def _waits_for(self, link: LinkSeen) -> str:
        group = group_of(link)
        busy = [each.name for each in self._links if group_of(each) == group and each.id in self._started]
        return f"waits for its partner {', '.join(busy)}" if busy else "waits"
