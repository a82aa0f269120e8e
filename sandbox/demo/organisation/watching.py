"""Watching one member of an organisation while the coordinator's run goes on: its links and their rotations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sandbox.cloud import Account
from sandbox.cloud.principals import PERSON
from sandbox.demo.links import links_seen
from sandbox.demo.machine import RotateKey
from sandbox.demo.organisation.machine import round_of
from sandbox.demo.progress import Now
from sandbox.demo.promises import Proof
from sandbox.demo.rotating import Rotations
from sandbox.demo.secrets import current_ckn
from sandbox.demo.sights import LinkSeen, Run, Traffic

POLL_SECONDS = 0.3
READING = ("Describe", "Get", "List")


class Watched:
    """One account with its links, as the demonstration sees them."""

    def __init__(self, account: Account, run: str) -> None:
        """Look at an account whose links the run of this name is about to rotate."""
        self.account, self._run = account, run
        self.links = self.seen()
        self._machine = RotateKey(account.client("stepfunctions"), account.outputs["RotateKeyArn"])
        self._rotations = Rotations(self._machine, self.traffic, poll_seconds=POLL_SECONDS)
        self._known = set(self._machine.executions())
        self.rounds: dict[str, int] = {}

    def seen(self) -> tuple[LinkSeen, ...]:
        """Return the links as Direct Connect describes them now."""
        return links_seen(self.account.client("directconnect"))

    def traffic(self, link: str) -> Traffic:
        """Return a link's seconds so far."""
        return Traffic(*self.account.twin.meter.seconds(link))

    @property
    def busy(self) -> bool:
        """Tell whether a rotation has not ended."""
        return bool(self._rotations.running)

    @property
    def runs(self) -> dict[str, Run]:
        """Return the rotations that have ended, by link."""
        return self._rotations.runs

    def look(self, show: Callable[[], None]) -> None:
        """Note what was started since the last look, and look once at every rotation that runs."""
        for started in self._machine.started_besides(self._known):
            self._known.add(started.execution)
            number = round_of(self._run, started.execution)
            if number is not None:
                self.rounds[started.link] = number
                self._rotations.began(started)
        self._rotations.look(show)

    def rows(self, waves: dict[str, int]) -> list[Now]:
        """Return what happens now on each link; `waves` says in which wave it is."""
        return [self._row(link, waves.get(link.id)) for link in self.links]

    def _row(self, link: LinkSeen, wave: int | None) -> Now:
        row = self._rotations.row(link, f"account {self.account.id}", "waits for its wave")
        doing = row.doing if wave is None else f"wave {wave}: {row.doing}"
        return replace(row, doing=doing, where=f"{self.account.id}  ")

    def proof(self, link: LinkSeen) -> Proof:
        """Return what shows how a rotated link came through it; `link` is as it is described at the end."""
        lives, traffic = self.account.twin.key_lives(link.id), self.traffic(link.id)
        return Proof(self.runs[link.id], link, lives, traffic, current_ckn(self.account, link.id))

    def changes(self, link: LinkSeen) -> list[datetime]:
        """Return when our functions changed a link, from the journal of calls."""
        calls = self.account.journal.calls(service="directconnect", account=self.account.id)
        ours = (call for call in calls if call.principal != PERSON and link.id in call.resources)
        return [call.at for call in ours if not call.action.startswith(READING)]
