"""Letting links drift as a person would, and following what the product does about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from sandbox.cloud.vocabulary import Client
from sandbox.demo.bus import Bus, ModeNotes
from sandbox.demo.drift import FULL_MODE, Drift, mode_back
from sandbox.demo.enforcing import EnforceEncryption
from sandbox.demo.moments import moments
from sandbox.demo.progress import Display, Now
from sandbox.demo.sights import LinkSeen, Traffic

LOWER_MODE: Final = "should_encrypt"
POLL_SECONDS: Final = 0.2
PATIENCE_SECONDS: Final = 90.0
Metered = Callable[[str, datetime, datetime], Traffic]
"""Says what a link carried between two moments."""


def to_drift(links: Sequence[LinkSeen]) -> tuple[tuple[LinkSeen, ...], tuple[LinkSeen, ...]]:
    """Return the links whose drift has an event, a connection and a LAG, and the connection whose drift has none."""
    full = [link for link in links if link.capable and link.mode == FULL_MODE]
    connections, lags = ([link for link in full if link.kind == kind] for kind in ("connection", "lag"))
    return (*connections[:1], *lags[:1]), tuple(connections[1:2])


def lower(direct_connect: Client, link: LinkSeen) -> None:
    """Set a link to a lower mode, by the API, as anybody may who has the permission."""
    if link.kind == "lag":
        direct_connect.update_lag(lagId=link.id, encryptionMode=LOWER_MODE)
    else:
        direct_connect.update_connection(connectionId=link.id, encryptionMode=LOWER_MODE)


class Drifting:
    """Drifts from the moment at which they are made to the moment at which nothing is left to do."""

    def __init__(self, machine: EnforceEncryption, notes: ModeNotes, bus: Bus, metered: Metered) -> None:
        """Take what is watched: the machine that mends, the calls that set modes, the bus, the traffic."""
        self._machine, self._notes, self._bus, self._metered = machine, notes, bus, metered
        self._drifts: dict[str, Drift] = {}
        self._silent: set[str] = set()

    def begin(self, link: LinkSeen, lowering: Callable[[LinkSeen], None], *, heard: bool) -> None:
        """Lower a link's mode and follow it from now on; `heard` says whether CloudTrail's event arrives."""
        if heard:
            lowering(link)
        else:
            with self._notes.unheard():
                lowering(link)
            self._silent.add(link.id)
        self._drifts[link.id] = Drift(link, next(call for call in reversed(self._notes.calls) if call.link == link.id))

    def follow(
        self,
        sweep: Callable[[], None],
        display: Display,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
    ) -> tuple[Drift, ...]:
        """Watch until everything is mended or the patience is over; return what was seen, the unheard drifts last.

        The sweep is fired once the drifts that have an event are judged, for those that have none.
        """
        deadline = time.monotonic() + patience_seconds
        with display:
            while True:
                self._look()
                self._sweep_once(sweep)
                seen = sorted(self._drifts.values(), key=lambda drift: drift.heard_at is None)
                display.show([self._row(drift) for drift in seen], self._note())
                if all(drift.settled or drift.failed for drift in seen) or time.monotonic() > deadline:
                    return tuple(seen)
                time.sleep(poll_seconds)

    def _look(self) -> None:
        self._bus.look()
        for link, drift in self._drifts.items():
            self._drifts[link] = replace(
                drift,
                heard_at=self._bus.heard(drift.set),
                told=self._bus.told(link),
                enforcements=self._machine.of(link, drift.set.at),
                back=mode_back(self._notes.calls, drift.set),
            )

    def _sweep_once(self, sweep: Callable[[], None]) -> None:
        if self._silent and all(drift.judged for link, drift in self._drifts.items() if link not in self._silent):
            at = datetime.now(UTC)
            sweep()
            self._drifts |= {link: replace(self._drifts[link], swept_at=at) for link in self._silent}
            self._silent.clear()

    def _note(self) -> str:
        mended = sum(drift.settled for drift in self._drifts.values())
        return f"nobody does anything: {mended} of {len(self._drifts)} drifts mended"

    def _row(self, drift: Drift) -> Now:
        """Return what happens now: the last thing that began."""
        now = datetime.now(UTC)
        last, over = moments(drift)[-1], drift.over
        until = over.at if drift.settled and over else now
        traffic = self._metered(drift.link.id, drift.set.at, until)
        if drift.failed:
            return Now(drift.link, "failed", last.words, 0, drift.after(now), traffic)
        if drift.settled:
            said = f"{FULL_MODE} again after {drift.mended_seconds:.1f} s"
            return Now(drift.link, "done", said, 0, drift.after(until), traffic)
        return Now(
            drift.link, "running", last.words, max(0.0, (now - last.at).total_seconds()), drift.after(now), traffic
        )
