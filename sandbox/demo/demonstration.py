"""The whole demonstration, scene by scene."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from sandbox.cloud import Sandbox
from sandbox.demo import strips, tables
from sandbox.demo.acts import Acts
from sandbox.demo.calls import dx_calls
from sandbox.demo.links import links_seen
from sandbox.demo.picture import picture
from sandbox.demo.promises import Proof, promises
from sandbox.demo.report import Report
from sandbox.demo.sights import FleetRun, LinkSeen, Run
from sandbox.demo.stage import Stage
from sandbox.demo.timeline import Timeline, Track, timeline
from sandbox.routers import answering
from sandbox.twin import DEMO_ESTATE

PICTURE_NAME: Final = "key-lives.svg"


def demonstrate(console: Console, folder: Path) -> Report:
    """Deploy, rotate a link by hand and the others by schedule, show it on the console, draw the picture into a folder.

    Raises:
        DeployError: the product could not be deployed.
        LookupError: the schedule started no run over the fleet.
        OSError: the folder can't be made.
    """
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    with console.status("Deploying DxMacsec into an AWS on this machine …"):
        sandbox = Sandbox(estate=DEMO_ESTATE).start()
    try:
        answering(sandbox)
        stage = Stage(console)
        stage.say(f"Deployed in {time.monotonic() - begun:.0f} s", f"every AWS call goes to {sandbox.endpoint}")
        report = Demonstration(sandbox, stage).play(folder)
        stage.say(f"{time.monotonic() - begun:.0f} s in all", f"the picture is {folder / PICTURE_NAME}")
    finally:
        sandbox.stop()
    return report


class Demonstration:
    """What is shown, once the product is deployed in a sandbox."""

    def __init__(self, sandbox: Sandbox, stage: Stage) -> None:
        """Take a running sandbox whose routers answer."""
        self._sandbox, self._stage = sandbox, stage
        self._acts = Acts(sandbox, stage)

    def play(self, folder: Path) -> Report:
        """Show estate, both acts, results and lives of the keys; return the report."""
        before, width = self._links(), self._stage.console.width
        self._stage.scene("The estate", "as Direct Connect describes it", tables.estate(before, width))
        hand = self._acts.by_hand(before)
        fleet, scheduled = self._acts.by_schedule(before)
        runs = {hand.link: hand, **scheduled}
        report = self._report([runs[link.id] for link in before if link.id in runs], fleet)
        self._show(report, before, folder)
        return report

    def _links(self) -> tuple[LinkSeen, ...]:
        return links_seen(self._sandbox.client("directconnect"))

    def _report(self, runs: Sequence[Run], fleet: FleetRun) -> Report:
        links = self._links()
        by_id, calls = _by_id(links), self._sandbox.journal.calls()
        traffic = {link.id: self._acts.traffic(link.id) for link in links if link.capable}
        proofs = [
            Proof(run, by_id[run.link], self._sandbox.twin.key_lives(run.link), traffic[run.link], self._current(run))
            for run in runs
        ]
        counted = {run.link: dx_calls(calls, by_id[run.link], run) for run in runs}
        missing = [link.name for link in links if link.capable and link.id not in counted]
        failed = [*missing, *(() if fleet.succeeded else ("RotateFleet",))]
        return Report(links, runs, counted, traffic, promises(proofs, failed))

    def _current(self, run: Run) -> str | None:
        """Return the CKN in the current version of a link's key secret, and let go of the rest at once."""
        secrets = self._sandbox.client("secretsmanager")
        name = f"{self._sandbox.outputs['KeySecretPrefix']}{run.link}"
        try:
            current = secrets.get_secret_value(SecretId=name)
        except secrets.exceptions.ResourceNotFoundException:
            return None
        ckn: str | None = json.loads(current["SecretString"]).get("ckn")
        return ckn

    def _show(self, report: Report, before: Sequence[LinkSeen], folder: Path) -> None:
        after = _by_id(report.links)
        results = tables.results(report.runs, _by_id(before), after, report.traffic, self._stage.console.width)
        self._stage.scene("The result", "seconds of traffic since the links came up", results)
        drawing = self._timeline(report, after)
        self._stage.scene("The lives of the keys", "and what happened to the traffic", Text())
        self._stage.console.print(strips.drawn(drawing, self._stage.console.width))
        self._stage.scene("Held", "against every link", tables.kept(report.promises))
        (folder / PICTURE_NAME).write_text(picture(drawing), encoding="utf-8")

    def _timeline(self, report: Report, links: dict[str, LinkSeen]) -> Timeline:
        twin = self._sandbox.twin
        return timeline(
            [
                Track(links[run.link], run, twin.key_lives(run.link), twin.meter.timeline(run.link))
                for run in report.runs
            ]
        )


def _by_id(links: Sequence[LinkSeen]) -> dict[str, LinkSeen]:
    return {link.id: link for link in links}
