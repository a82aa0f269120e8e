"""The scenario: five rotations of one link, the controls, and a rotation that a wrong CAK must stop."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from real_mka.controls import CONTROLS, Control, played
from real_mka.estate import ESTATE, MISLED, ROTATED, ROTATIONS, SETTINGS
from real_mka.lines import Line
from real_mka.machine import Machine
from real_mka.result import Captured, Misled, Result, Rotated
from real_mka.rotating import Site
from sandbox.cloud import Sandbox
from tests.mka.judge import judge_capture

if TYPE_CHECKING:
    from collections.abc import Callable

    from dxmacsec.model import KeyPair
    from real_mka.packages import Packages
    from tests.mka.judge_report import CaptureReport
    from tests.workflow.deployed import Ended

CONTROL_NETWORK = 10


def run(packages: Packages, say: Callable[[str], None]) -> Result:
    """Run the whole scenario, saying what it is doing.

    Raises:
        MachineError, RouterDriverError, DeployError: it could not be run, which says nothing about the product.
    """
    began = time.monotonic()
    say("booting the virtual machine and deploying the product")
    with ThreadPoolExecutor(1) as pool, Machine(packages) as machine:
        booting = pool.submit(machine.boot)
        with Sandbox(estate=ESTATE, context_overrides=SETTINGS) as sandbox:
            booting.result()
            site = Site(sandbox, machine)
            say("both ends of two lines come up under the keys that were made by hand")
            site.begin()
            with site.working():
                return _Run(site, machine, say, began).result()


@dataclass(frozen=True, slots=True)
class _InUse:
    """The key in use at AWS's end, as the real peer and the twin have it, and what the twin's port says."""

    real: str | None
    twin: str | None
    twin_up: bool


class _Run:
    """One run on a site that works."""

    def __init__(self, site: Site, machine: Machine, say: Callable[[str], None], began: float) -> None:
        self._site, self._machine, self._say, self._began = site, machine, say, began

    def result(self) -> Result:
        """Rotate, with the controls and the wrong CAK beside it."""
        place = self._site.places[ROTATED]
        flow = place.line.flow()
        with ThreadPoolExecutor(1) as pool:
            beside = pool.submit(self._beside)
            try:
                ended = [self._rotate(number, beside) for number in range(1, ROTATIONS + 1)]
                controls, misled = beside.result()
            except BaseException:
                self._machine.stop()  # whoever still works on it ends with an error, and we don't wait for them
                raise
        self._say("judging the capture")
        to_aws, from_aws = place.line.flowed(flow)
        pairs = [place.first, *(pair for _, pair, _ in ended)]
        report = judge_capture(place.line.captured(), pairs)
        return Result(
            rotated=tuple(self._rotated(number, pairs, report, *each) for number, each in enumerate(ended, 1)),
            to_aws=to_aws,
            from_aws=from_aws,
            captured=Captured.of(report),
            controls=controls,
            misled=misled,
            answers=tuple(self._site.answers),
            moments=self._site.moments(ROTATED),
            twin_dropped_seconds=self._twin_dropped(ROTATED),
            seconds=time.monotonic() - self._began,
        )

    def _rotate(self, number: int, beside: Future[tuple[tuple[Control, ...], Misled]]) -> tuple[Ended, KeyPair, _InUse]:
        ended = self._site.rotate(ROTATED)
        pair = self._site.pair(ROTATED)
        in_use = self._in_use(ROTATED)
        seconds = (ended.ended_at - ended.started_at).total_seconds()
        self._say(f"rotation {number} of {ROTATIONS}: {ended.status} {ended.error}, {seconds:.0f} s")
        if beside.done():
            beside.result()  # what could not be played there ends the run now
        return ended, pair, in_use

    def _beside(self) -> tuple[tuple[Control, ...], Misled]:
        """Play the controls, then the wrong CAK, while the other link is rotated."""
        controls = []
        for number, (name, change) in enumerate(CONTROLS):
            line = Line(self._machine, f"k{number}", f"control-{number}", CONTROL_NETWORK + number)
            controls.append(played(line, name, change))
            self._say(f"control: {name}: {controls[-1].lost} lost")
        return tuple(controls), self._misled()

    def _misled(self) -> Misled:
        place = self._site.places[MISLED]
        flow = place.line.flow()
        ended = self._site.rotate(MISLED)
        in_use = self._in_use(MISLED)
        self._say(f"a router with a wrong CAK: {ended.status} {ended.error}")
        new = self._site.pair(MISLED, "DxFailed")
        to_aws, from_aws = place.line.flowed(flow)
        report = judge_capture(place.line.captured(), [place.first, new])
        return Misled(
            status=ended.status,
            error=ended.error,
            to_aws=to_aws,
            from_aws=from_aws,
            captured=Captured.of(report),
            opened_under_new=report.keys[new.ckn].opened,
            real_in_use=in_use.real,
            twin_in_use=in_use.twin,
            twin_up=in_use.twin_up,
            old=place.first.ckn,
            moments=self._site.moments(MISLED),
            twin_dropped_seconds=self._twin_dropped(MISLED),
        )

    def _rotated(
        self,
        number: int,
        pairs: list[KeyPair],
        report: CaptureReport,
        ended: Ended,
        pair: KeyPair,
        in_use: _InUse,
    ) -> Rotated:
        aws, old = self._site.places[ROTATED].aws, pairs[number - 1].ckn
        moved, offered = aws.moved_at.get(pair.ckn), aws.offered_at.get(pair.ckn)
        last, removed = report.keys[old].last_traffic_seconds, aws.removed_at.get(old)
        return Rotated(
            number=number,
            status=ended.status,
            error=ended.error,
            seconds=(ended.ended_at - ended.started_at).total_seconds(),
            ckn=pair.ckn,
            frames_opened=report.keys[pair.ckn].opened,
            moved_after_seconds=moved - offered if moved and offered else None,
            twin_moved_after_seconds=self._twin_moved_after(pair.ckn),
            old_last_traffic_seconds=last - removed if last and removed else None,
            real_in_use=in_use.real,
            twin_in_use=in_use.twin,
            twin_up=in_use.twin_up,
        )

    def _in_use(self, link: str) -> _InUse:
        twin = self._site.deployed.twin.in_use(link)
        up = self._site.deployed.encryption(link) == {"Encryption Up"}
        return _InUse(self._site.places[link].aws.in_use, twin and twin.lower(), up)

    def _twin_moved_after(self, ckn: str) -> float | None:
        lives = self._site.deployed.twin.key_lives(ROTATED)
        (life,) = [each for each in lives if each.ckn.lower() == ckn]
        if life.associated_at is None or not life.in_use:
            return None
        return (life.in_use[0][0] - life.associated_at).total_seconds()

    def _twin_dropped(self, link: str) -> float:
        return self._site.deployed.twin.meter.seconds(link).dropped
