"""The whole demonstration, scene by scene."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from sandbox.cloud import Sandbox
from sandbox.cloud.settling import RestlessError
from sandbox.demo import drift_tables, strips, tables
from sandbox.demo.acts import Acts
from sandbox.demo.calls import dx_calls
from sandbox.demo.drift import Drift
from sandbox.demo.links import links_seen
from sandbox.demo.picture import picture
from sandbox.demo.promises import Promise, Proof, drift_promises, promises
from sandbox.demo.report import Report
from sandbox.demo.secrets import current_ckn
from sandbox.demo.sights import FleetRun, LinkSeen, Run, Traffic
from sandbox.demo.stage import Stage
from sandbox.demo.timeline import Timeline, Track, timeline
from sandbox.demo.verdicts import verdicts_kept
from sandbox.routers import answering
from sandbox.twin import DEMO_ESTATE

PICTURE_NAME: Final = "key-lives.svg"


def demonstrate(console: Console, folder: Path) -> Report:
    """Deploy, play the three acts, show them on the console, and draw the picture into a folder.

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
        """Show estate, the three acts, results and lives of the keys; return the report."""
        before, width = self._links(), self._stage.console.width
        self._stage.scene("The estate", "as Direct Connect describes it", tables.estate(before, width))
        hand = self._acts.by_hand(before)
        fleet, scheduled = self._acts.by_schedule(before)
        runs = {hand.link: hand, **scheduled}
        drifts, at_rest = self._drift()
        report = self._report([runs[link.id] for link in before if link.id in runs], fleet, drifts, at_rest)
        self._show(report, before, folder)
        return report

    def _links(self) -> tuple[LinkSeen, ...]:
        return links_seen(self._sandbox.client("directconnect"))

    def _drift(self) -> tuple[tuple[Drift, ...], Promise]:
        """Play the third act from rest to rest; return its drifts, and the promise that the rest came."""
        self._stage.act("3  Drift")
        restless = self._restless("Waiting until everything so far is heard …")
        drifts = self._acts.drift(self._links())
        restless += self._restless("Waiting until nothing is left to do …")
        return drifts, Promise("nothing is left to do: no change of ours leads to another", restless)

    def _restless(self, waiting: str) -> tuple[str, ...]:
        """Wait until the product has nothing to do, and return what it still had when the patience was over."""
        try:
            with self._stage.console.status(waiting):
                self._sandbox.settle(executions=True)
        except RestlessError as error:
            return (f"at rest, {error}",)
        return ()

    def _report(self, runs: Sequence[Run], fleet: FleetRun, drifts: Sequence[Drift], at_rest: Promise) -> Report:
        links = self._links()
        by_id, calls = _by_id(links), self._sandbox.journal.calls()
        traffic = {link.id: self._acts.traffic(link.id) for link in links if link.capable}
        proofs = [
            Proof(
                run,
                by_id[run.link],
                self._sandbox.twin.key_lives(run.link),
                traffic[run.link],
                current_ckn(self._sandbox, run.link),
            )
            for run in runs
        ]
        counted = {run.link: dx_calls(calls, by_id[run.link], run) for run in runs}
        missing = [link.name for link in links if link.capable and link.id not in counted]
        failed = [*missing, *(() if fleet.succeeded else ("RotateFleet",))]
        carried = {drift.link.id: self._carried(drift) for drift in drifts}
        kept = verdicts_kept(self._sandbox.client("dynamodb"), self._sandbox.outputs["LedgerTable"])
        held = (*promises(proofs, failed), *drift_promises(drifts, carried, links, kept), at_rest)
        return Report(links, runs, counted, traffic, held, drifts, carried, kept)

    def _carried(self, drift: Drift) -> Traffic:
        until = drift.over.at if drift.over else datetime.now(UTC)
        return self._acts.carried(drift.link.id, drift.set.at, until)

    def _show(self, report: Report, before: Sequence[LinkSeen], folder: Path) -> None:
        after = _by_id(report.links)
        self._show_drifts(report)
        results = tables.results(report.runs, _by_id(before), after, report.traffic, self._stage.console.width)
        self._stage.scene("The result", "seconds of traffic since the links came up", results)
        drawing = self._timeline(report, before, after)
        self._stage.scene("The lives of the keys", "and what happened to the traffic", Text())
        self._stage.console.print(strips.drawn(drawing, self._stage.console.width))
        self._stage.scene("Held", "against every link", tables.kept(report.promises))
        (folder / PICTURE_NAME).write_text(picture(drawing), encoding="utf-8")

    def _show_drifts(self, report: Report) -> None:
        seconds = drift_tables.second_by_second(report.drifts, report.drift_traffic)
        self._stage.scene("The drifts", "seconds after each one", seconds)
        told = drift_tables.told(report.drifts, self._stage.console.width)
        self._stage.scene("Told", "MACsec Compliance Changed, on the event bus", told)
        verdicts = drift_tables.verdicts(report.verdicts, report.links)
        self._stage.scene("The verdicts", "on every link, as the ledger keeps them", verdicts)

    def _timeline(self, report: Report, before: Sequence[LinkSeen], after: Mapping[str, LinkSeen]) -> Timeline:
        twin, first = self._sandbox.twin, {link.id: link.mode for link in before}
        enforcements = {drift.link.id: drift.enforcements for drift in report.drifts}
        return timeline(
            [
                Track(
                    after[run.link],
                    run,
                    twin.key_lives(run.link),
                    twin.meter.timeline(run.link),
                    first[run.link],
                    [call for call in self._acts.notes.calls if call.link == run.link],
                    enforcements.get(run.link, ()),
                )
                for run in report.runs
            ]
        )


def _by_id(links: Sequence[LinkSeen]) -> dict[str, LinkSeen]:
    return {link.id: link for link in links}
