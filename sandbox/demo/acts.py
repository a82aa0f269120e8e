"""The three acts: one link rotated by hand, all that are due by the schedule, and drifts that are mended."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sandbox.cloud import Sandbox
from sandbox.demo import tables
from sandbox.demo.bus import Bus, ModeNotes
from sandbox.demo.drift import FULL_MODE, Drift, meanwhile
from sandbox.demo.drifting import LOWER_MODE, Drifting, lower, to_drift
from sandbox.demo.enforcing import EnforceEncryption
from sandbox.demo.fleet import RotateFleet
from sandbox.demo.machine import RotateKey
from sandbox.demo.progress import display
from sandbox.demo.rotating import POLL_SECONDS, Rotations, by_hand
from sandbox.demo.scheduled import Scheduled
from sandbox.demo.sights import FleetRun, LinkSeen, Run, Traffic
from sandbox.demo.stage import Stage

SCHEDULE: Final = "dxmacsec-RotateFleet"
SWEEP: Final = "dxmacsec-SweepLinks"


class Acts:
    """What is done with the deployed machines, and shown while it happens."""

    def __init__(self, sandbox: Sandbox, stage: Stage) -> None:
        """Take a running sandbox whose routers answer."""
        self._sandbox, self._stage = sandbox, stage
        client = sandbox.client("stepfunctions")
        self._machine = RotateKey(client, sandbox.outputs["RotateKeyArn"])
        self._fleet = RotateFleet(client, sandbox.outputs["RotateFleetArn"])
        self._enforcement = EnforceEncryption(client, sandbox.outputs["EnforceEncryptionArn"])
        self.notes = ModeNotes(sandbox.twin)

    def by_hand(self, links: Sequence[LinkSeen]) -> Run:
        """Show the plan for one link, what is refused, and the link's rotation."""
        link = by_hand_first(links)
        self._stage.act("1  By hand")
        self._rehearse(link, links)
        self._stage.say(f"The rotation of {link.name}", "an execution of RotateKey, started by a person")
        self._stage.console.print()
        return by_hand(link, self._machine, self._rotations(), display(self._stage.console))

    def by_schedule(self, links: Sequence[LinkSeen]) -> tuple[FleetRun, Mapping[str, Run]]:
        """Fire the schedule and show its run; return how it ended, and its rotations by link.

        Raises:
            LookupError: the schedule started no execution, or more than one.
        """
        self._stage.act("2  By schedule")
        self._stage.say(
            "The run over the fleet", "RotateFleet, started by its schedule; partners are in different waves"
        )
        self._stage.console.print()
        rotations = self._rotations()
        scheduled = Scheduled(links, self._fleet, self._machine, rotations)
        fire = self._sandbox.delivery.fire_schedule
        run = scheduled.run(lambda: fire(SCHEDULE), display(self._stage.console))
        by_id = {link.id: link.name for link in links}
        self._stage.scene("The report of RotateFleet", "as its execution ends", tables.fleet(run, by_id))
        return run, rotations.runs

    def drift(self, links: Sequence[LinkSeen]) -> tuple[Drift, ...]:
        """Let links drift, show how they come back, and return what was seen."""
        told, silent = to_drift(links)
        self._stage.say(f"A person sets {names(told)} to {LOWER_MODE}", "what follows, nobody starts")
        if silent:
            self._stage.say(f"And {names(silent)}", "CloudTrail's event of it is lost: the sweep has to find it")
        self._stage.console.print()
        drifting = Drifting(self._enforcement, self.notes, Bus(lambda: self._sandbox.events), self.carried)
        direct_connect, fire = self._sandbox.client("directconnect"), self._sandbox.delivery.fire_schedule
        for link in (*silent, *told):
            drifting.begin(link, lambda each: lower(direct_connect, each), heard=link in told)
        return drifting.follow(lambda: fire(SWEEP), display(self._stage.console))

    def carried(self, link: str, since: datetime, until: datetime) -> Traffic:
        """Return a capable link's seconds between two moments."""
        return meanwhile(self._sandbox.twin.meter.timeline(link), since, until)

    def traffic(self, link: str) -> Traffic:
        """Return a capable link's seconds so far."""
        return Traffic(*self._sandbox.twin.meter.seconds(link))

    def _rotations(self) -> Rotations:
        return Rotations(self._machine, self.traffic)

    def _rehearse(self, link: LinkSeen, links: Sequence[LinkSeen]) -> None:
        """Show a plan, and what is refused: nothing changes."""
        with self._stage.console.status(f"Asking for the plan of {link.name} …"):
            planned = self._once(link, dry_run=True)
        self._stage.scene(f"The plan for {link.name}", "a dry run, nothing is changed", tables.plan(planned))
        with self._stage.console.status("Asking for what can't be done …"):
            refused = [self._once(each) for each in links if not each.capable]
        by_id = {each.id: each for each in links}
        self._stage.scene("Refused", "with a reason, nothing is changed", tables.refusals(refused, by_id))

    def _once(self, link: LinkSeen, *, dry_run: bool = False) -> Run:
        started = self._machine.start(link.id, dry_run=dry_run)
        while self._machine.place(started.execution).running:
            time.sleep(POLL_SECONDS)
        return self._machine.ended(started.execution, link.id)


def names(links: Sequence[LinkSeen]) -> str:
    """Return the names of links as a sentence has them."""
    return " and ".join(link.name for link in links)


def by_hand_first(links: Sequence[LinkSeen]) -> LinkSeen:
    """Return the capable link to rotate by hand: the first whose mode is raised on the way, else the first."""
    capable = [link for link in links if link.capable]
    return next((link for link in capable if link.mode != FULL_MODE), capable[0])
