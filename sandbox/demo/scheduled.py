"""Following a scheduled run over the fleet: its plan, its waves, and the rotations that it starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sandbox.demo.fleet import RotateFleet
from sandbox.demo.machine import RotateKey
from sandbox.demo.progress import Display, Now
from sandbox.demo.rotating import Rotations
from sandbox.demo.sights import Due, FleetNow, FleetPlan, FleetRun, LeftOut, LinkSeen
from sandbox.demo.words import FLEET_STATES

LEFT_OUT: Final = "left out"


class Scheduled:
    """One run of RotateFleet, from the moment at which its schedule fires."""

    def __init__(self, links: Sequence[LinkSeen], fleet: RotateFleet, machine: RotateKey, rotations: Rotations) -> None:
        """Take all links, both machines, and what follows the rotations."""
        self._links, self._fleet, self._machine, self._rotations = tuple(links), fleet, machine, rotations
        self._now = FleetNow(running=True)

    def run(self, fire: Callable[[], None], display: Display) -> FleetRun:
        """Fire the schedule, show what follows from it, and return how the run ended.

        Raises:
            LookupError: the schedule started no execution, or more than one.
        """
        known = set(self._machine.executions())
        with display:
            execution = self._fleet.started_by(fire)
            while self._now.running or self._rotations.running:
                self._now = self._fleet.now(execution)
                for started in self._machine.started_besides(known):
                    known.add(started.execution)
                    self._rotations.began(started)
                self._rotations.look(lambda: display.show(self._rows(), self._note()))
        return self._fleet.ended(execution)

    def _note(self) -> str:
        if not self._now.running:
            return "RotateFleet has ended"
        words = FLEET_STATES.get(self._now.state or "", "starting")
        if self._now.plan and self._now.state == "RotateWave":
            words = f"{words} wave {self._now.wave + 1} of {len(self._now.plan.waves)}"
        return f"RotateFleet: {words}"

    def _rows(self) -> tuple[Now, ...]:
        plan = self._now.plan
        return self._planned(plan) if plan else tuple(self._waiting(link) for link in self._links)

    def _planned(self, plan: FleetPlan) -> tuple[Now, ...]:
        """Return the links wave by wave, and at the end those that are left out."""
        links = {link.id: link for link in self._links}
        due = {each.link: each for each in plan.due}
        rotated = (
            self._rotations.row(links[link], f"wave {number}", _why(due[link]))
            for number, wave in enumerate(plan.waves, start=1)
            for link in wave
        )
        return (*rotated, *(self._left_out(links[each.link], each) for each in plan.left_out))

    def _waiting(self, link: LinkSeen) -> Now:
        if link.capable:
            return self._rotations.row(link, waits="waits for the plan")
        return Now(link, "waiting", "waits for the plan", 0, 0, None)

    def _left_out(self, link: LinkSeen, why: LeftOut) -> Now:
        said = f"{why.reason}: {why.sentence.removeprefix(f'{link.id} ')}"
        return Now(link, "left out", said, 0, 0, self._rotations.row(link).traffic if link.capable else None, LEFT_OUT)


def _why(due: Due) -> str:
    age = "" if due.age_days is None else f", {due.age_days:.0f} days"
    return f"due: {due.why}{age}"
