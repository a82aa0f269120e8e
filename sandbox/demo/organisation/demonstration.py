"""The demonstration over several accounts, scene by scene."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from rich.console import Console

from sandbox.cloud import AccountPlan, Sandbox
from sandbox.cloud.product import COORDINATOR_STACK, MEMBER_STACK, organisation
from sandbox.demo import tables
from sandbox.demo.calls import dx_calls
from sandbox.demo.demonstration import PICTURE_NAME
from sandbox.demo.organisation import tables as tables_by_account
from sandbox.demo.organisation.estates import account_ids, estate_of
from sandbox.demo.organisation.machine import STATES, RotateOrganisation, waves_of
from sandbox.demo.organisation.promises import apart, only_what_it_may, organisation_promises
from sandbox.demo.organisation.report import OrganisationReport
from sandbox.demo.organisation.sights import OrganisationNow, OrganisationRun, Rotated
from sandbox.demo.organisation.watching import Watched
from sandbox.demo.picture import picture
from sandbox.demo.progress import Now, display
from sandbox.demo.secrets import cak_digests
from sandbox.demo.stage import Stage
from sandbox.demo.timeline import Track, timeline
from sandbox.routers import answering

RUN: Final = "demonstration"
REASON: Final = "the demonstration"


def demonstrate_organisation(console: Console, folder: Path, accounts: int) -> OrganisationReport:
    """Deploy members in so many accounts and the coordinator in the first, run it once, and show what came of it.

    Raises:
        DeployError: the product could not be deployed.
        OSError: the folder for the picture can't be made.
        ValueError: there are not so many accounts.
    """
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    ids = account_ids(accounts)
    others = [AccountPlan(each, estate_of(number), (MEMBER_STACK,)) for number, each in enumerate(ids[1:], start=2)]
    with console.status(f"Deploying DxMacsec into {accounts} accounts on this machine …"):
        sandbox = Sandbox(estate=estate_of(1), context_overrides=organisation(ids), others=others).start()
    try:
        for account in sandbox.accounts.values():
            answering(account)
        stage = Stage(console)
        deployed = f"Deployed {accounts} members and a coordinator in {time.monotonic() - begun:.0f} s"
        stage.say(deployed, f"every AWS call goes to {sandbox.endpoint}")
        report = OrganisationDemonstration(sandbox, stage, begun).play(folder)
        stage.say(
            f"{report.seconds:.0f} s in all", f"the picture is in {folder}" if report.rotated else "nothing was rotated"
        )
    finally:
        sandbox.stop()
    return report


class OrganisationDemonstration:
    """What is shown, once the product is deployed in several accounts."""

    def __init__(self, sandbox: Sandbox, stage: Stage, begun: float) -> None:
        """Take a running sandbox whose routers answer; `begun` is when all this began, on the monotonic clock."""
        self._sandbox, self._stage, self._begun = sandbox, stage, begun
        client = sandbox.client("stepfunctions")
        self._machine = RotateOrganisation(client, sandbox.outputs["RotateOrganisationArn"])
        self._watched = [Watched(account, RUN) for account in sandbox.accounts.values()]
        self._now = OrganisationNow(running=True)

    def play(self, folder: Path) -> OrganisationReport:
        """Show the links, the run, its results and the promises; leave the picture, and return the report."""
        found = {each.account.id: each.links for each in self._watched}
        self._stage.scene("The estates", "as Direct Connect describes them", tables_by_account.estates(found))
        self._stage.say("The run over the organisation", "RotateOrganisation, started once, in the first account")
        self._stage.console.print()
        report = self._report(self._run())
        self._show(report)
        if report.rotated:
            (folder / PICTURE_NAME).write_text(picture(timeline(self._tracks(report))), encoding="utf-8")
        return report

    def _tracks(self, report: OrganisationReport) -> list[Track]:
        """Return what was noted of each rotated link; its account is shown where its kind would be."""
        return [
            Track(
                replace(each.proof.link, kind=f"account {each.account}"),
                each.proof.run,
                each.proof.lives,
                self._sandbox.accounts[each.account].twin.meter.timeline(each.proof.link.id),
                each.proof.link.mode,
            )
            for each in report.rotated
        ]

    def _run(self) -> OrganisationRun:
        execution = self._machine.start(RUN, REASON)
        with display(self._stage.console) as shown:
            while self._now.running or any(each.busy for each in self._watched):
                self._now = self._machine.now(execution)
                for each in self._watched:
                    each.look(lambda: shown.show(self._rows(), self._note()))
        return self._machine.ended(execution)

    def _waves(self) -> dict[str, int]:
        return waves_of({link: number for each in self._watched for link, number in each.rounds.items()})

    def _rows(self) -> list[Now]:
        waves = self._waves()
        return [row for each in self._watched for row in each.rows(waves)]

    def _note(self) -> str:
        if not self._now.running:
            return "RotateOrganisation has ended"
        words = STATES.get(self._now.state or "", "starting")
        return f"RotateOrganisation: {words}" + (f" (round {self._now.round})" if self._now.round else "")

    def _report(self, run: OrganisationRun) -> OrganisationReport:
        waves = self._waves()
        links = {each.account.id: each.seen() for each in self._watched}
        rotated = [
            Rotated(each.account.id, waves[link.id], each.proof(link), each.changes(link))
            for each in self._watched
            for link in links[each.account.id]
            if link.id in each.runs
        ]
        done = {each.proof.link.id for each in rotated}
        missing = [f"{account}/{link.id}" for account, seen in links.items() for link in seen if link.id not in done]
        calls = self._sandbox.journal.calls()
        held = (
            *organisation_promises(run, rotated, missing),
            apart({each.account.id: cak_digests(each.account) for each in self._watched}),
            only_what_it_may(calls, list(links), self._coordinators_own()),
        )
        counted = {
            each.proof.link.id: dx_calls(
                (call for call in calls if call.account == each.account), each.proof.link, each.proof.run
            )
            for each in rotated
        }
        return OrganisationReport(run, links, rotated, counted, held, time.monotonic() - self._begun)

    def _coordinators_own(self) -> Sequence[str]:
        """Return the names of what is in the coordinator's stack."""
        pages = (
            self._sandbox.client("cloudformation")
            .get_paginator("list_stack_resources")
            .paginate(StackName=COORDINATOR_STACK)
        )
        resources = [each for page in pages for each in page["StackResourceSummaries"]]
        return [str(each["PhysicalResourceId"]) for each in resources]

    def _show(self, report: OrganisationReport) -> None:
        mark = "✓" if report.run.succeeded else "✗"
        self._stage.say(f"{mark} {report.run.status}", f"{report.run.reason}: {report.run.sentence}")
        by_account = {account: [each for each in report.rotated if each.account == account] for account in report.links}
        results = tables_by_account.results(by_account, self._stage.console.width)
        self._stage.scene("The result", "seconds of traffic since the links came up", results)
        self._stage.scene("Held", "against every link of every account", tables.kept(report.promises))
