"""The whole demonstration, scene by scene."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console, RenderableType
from rich.text import Text

from sandbox.cloud import Sandbox
from sandbox.demo import strips, tables
from sandbox.demo.calls import dx_calls
from sandbox.demo.links import links_seen
from sandbox.demo.machine import RotateKey
from sandbox.demo.picture import picture
from sandbox.demo.progress import display
from sandbox.demo.promises import Proof, promises
from sandbox.demo.report import Report
from sandbox.demo.rotating import POLL_SECONDS, Rotating
from sandbox.demo.sights import LinkSeen, Run, Traffic
from sandbox.demo.timeline import Timeline, Track, timeline
from sandbox.routers import answering
from sandbox.twin import DEMO_ESTATE

PICTURE_NAME: Final = "key-lives.svg"


def demonstrate(console: Console, folder: Path) -> Report:
    """Deploy, rotate every capable link, show it on the console, draw the picture into a folder.

    Raises:
        DeployError: the product could not be deployed.
        OSError: the folder can't be made.
    """
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    with console.status("Deploying DxMacsec into an AWS on this machine …"):
        sandbox = Sandbox(estate=DEMO_ESTATE).start()
    try:
        answering(sandbox)
        scene = Demonstration(sandbox, console)
        scene.say(f"Deployed in {time.monotonic() - begun:.0f} s", f"every AWS call goes to {sandbox.endpoint}")
        report = scene.play(folder)
        scene.say(f"{time.monotonic() - begun:.0f} s in all", f"the picture is {folder / PICTURE_NAME}")
    finally:
        sandbox.stop()
    return report


class Demonstration:
    """What is shown, once the product is deployed in a sandbox."""

    def __init__(self, sandbox: Sandbox, console: Console) -> None:
        """Take a running sandbox whose routers answer."""
        self._sandbox, self._console = sandbox, console
        self._machine = RotateKey(sandbox.client("stepfunctions"), sandbox.outputs["RotateKeyArn"])

    def play(self, folder: Path) -> Report:
        """Show estate, plan, refusals, rotations, results and lives of the keys; return the report."""
        before = self._links()
        self._scene("The estate", "as Direct Connect describes it", tables.estate(before, self._console.width))
        self._rehearse(before)
        capable = [link for link in before if link.capable]
        self.say("The rotations", "redundant partners one after the other, the others side by side")
        self._console.print()
        runs = Rotating(capable, self._machine, self._traffic).run(display(self._console))
        report = self._report(runs)
        self._show(report, before, folder)
        return report

    def say(self, title: str, note: str) -> None:
        """Print a heading."""
        self._console.print()
        self._console.print(Text.assemble((title, "bold"), (f"  {note}", "dim")), soft_wrap=True)

    def _scene(self, title: str, note: str, *content: RenderableType) -> None:
        self.say(title, note)
        for each in content:
            self._console.print(each)

    def _links(self) -> tuple[LinkSeen, ...]:
        return links_seen(self._sandbox.client("directconnect"))

    def _traffic(self, link: str) -> Traffic:
        return Traffic(*self._sandbox.twin.meter.seconds(link))

    def _rehearse(self, links: Sequence[LinkSeen]) -> None:
        """Show a plan, and what is refused: nothing changes."""
        first = next(link for link in links if link.capable)
        with self._console.status(f"Asking for the plan of {first.name} …"):
            planned = self._once(first, dry_run=True)
        self._scene(f"The plan for {first.name}", "a dry run, nothing is changed", tables.plan(planned))
        with self._console.status("Asking for what can't be done …"):
            refused = [self._once(link) for link in links if not link.capable]
        self._scene("Refused", "with a reason, nothing is changed", tables.refusals(refused, _by_id(links)))

    def _once(self, link: LinkSeen, *, dry_run: bool = False) -> Run:
        execution = self._machine.start(link.id, dry_run=dry_run)
        while self._machine.place(execution).running:
            time.sleep(POLL_SECONDS)
        return self._machine.ended(execution, link.id)

    def _report(self, runs: Sequence[Run]) -> Report:
        links = self._links()
        by_id, calls = _by_id(links), self._sandbox.journal.calls()
        traffic = {link.id: self._traffic(link.id) for link in links if link.capable}
        proofs = [
            Proof(run, by_id[run.link], self._sandbox.twin.key_lives(run.link), traffic[run.link], self._current(run))
            for run in runs
        ]
        counted = {run.link: dx_calls(calls, by_id[run.link], run) for run in runs}
        return Report(links, runs, counted, traffic, promises(proofs))

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
        results = tables.results(report.runs, _by_id(before), after, report.traffic, self._console.width)
        self._scene("The result", "seconds of traffic since the links came up", results)
        drawing = self._timeline(report, after)
        self._scene("The lives of the keys", "and what happened to the traffic", Text())
        self._console.print(strips.drawn(drawing, self._console.width))
        self._scene("Held", "against every link", tables.kept(report.promises))
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
