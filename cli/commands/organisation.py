"""`dxmacsec organisation`: how the coordinator's last runs over many accounts ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from cli.account import stack_outputs
from cli.ending import CliError, Ending
from cli.printing import show
from cli.words import ago, moment
from dxmacsec.adapters.coordinator_ledger import DynamoCoordinatorLedger, RunRow
from dxmacsec.adapters.system_clock import SystemClock
from dxmacsec.handlers.wiring import LateClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from dxmacsec.interfaces import Owner

STACK = "DxMacsecCoordinator"
LEDGER = "CoordinatorLedgerTable"
SCHEMA = 1
MOST_RUNS = 200
COUNTED = ("members", "waves", "rotated", "postponed", "failed", "left_out", "not_touched", "silent", "swept")
STYLES = {"SUCCEEDED": "green", "PLANNED": "cyan", "POSTPONED": "yellow", "LEFT_OUT": "yellow"}
"""Colours of what is well or waits; everything else is red."""


def organisation(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(help="The name of a run; without it, the last one.")] = None,
    *,
    coordinator: Annotated[str, typer.Option(help="Name of the coordinator's CloudFormation stack.")] = STACK,
    limit: Annotated[int, typer.Option(min=1, max=MOST_RUNS, help="So many earlier runs below, a line each.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead of tables.")] = False,
) -> None:
    """Show how the coordinator's runs over many accounts and Regions ended, and which one is under way."""
    ledger = _ledger(context, coordinator)
    rows, at_work, now = ledger.runs(MOST_RUNS if run else limit + 1), ledger.at_work(), SystemClock().now()
    shown = _shown(rows, run)
    earlier = () if run else rows[1:]
    document = {
        "schema": SCHEMA,
        "at": now,
        "under_way": {"run": at_work.name, "execution": at_work.execution, "since": at_work.since} if at_work else None,
        "run": {"started_at": shown.started_at, **shown.report} if shown else None,
        "earlier": [_line(row) for row in earlier],
    }
    show(document, OrganisationTable(shown, earlier, at_work, now), as_json=as_json)


def _ledger(context: typer.Context, coordinator: str) -> DynamoCoordinatorLedger:
    session = context.obj.session
    table = stack_outputs(session, coordinator).get(LEDGER)
    if table is None:
        message = f"{coordinator} is no coordinator: it has no output {LEDGER}."
        raise CliError(Ending.NOT_FOUND, message, "Give --coordinator; docs/organisation.md says how to make one.")
    client: Any = LateClient(session, "dynamodb")
    return DynamoCoordinatorLedger(client, table)


def _shown(rows: tuple[RunRow, ...], run: str | None) -> RunRow | None:
    if run is None:
        return rows[0] if rows else None
    found = next((row for row in rows if row.id == run), None)
    if found is None:
        message = f"None of the last {MOST_RUNS} runs that ended is called {run[:80]!r}."
        raise CliError(Ending.NOT_FOUND, message, "dxmacsec organisation --limit 50 shows their names.")
    return found


def _line(row: RunRow) -> dict[str, Any]:
    told = {name: row.report[name] for name in ("status", "reason", "sentence", "counts")}
    return {"run": row.id, "started_at": row.started_at, **told}


@dataclass(frozen=True, slots=True)
class OrganisationTable:
    """The run on a terminal: how it ended, each link by account, Region and id, what was left alone, earlier runs."""

    run: RunRow | None
    earlier: tuple[RunRow, ...]
    at_work: Owner | None
    now: datetime

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the parts that have anything to say."""
        if self.at_work:
            yield Text(f"{self.at_work.name} is under way since {moment(self.at_work.since)}.", style="cyan")
        if self.run is None:
            yield Text("No run has ended yet.")
            return
        yield from self._run(self.run)
        if self.earlier:
            yield Text()
            yield Text("Earlier", style="bold")
            yield _earlier(self.earlier)

    def _run(self, run: RunRow) -> Iterator[Text | Table]:
        report = run.report
        ended = Text.assemble((report["status"], _style(report["status"])), f" {report['reason']}  ", (run.id, "bold"))
        yield ended.append(f", started {ago(run.started_at, self.now)}")
        yield Text(report["sentence"])
        yield Text(", ".join(f"{name.replace('_', ' ')} {report['counts'][name]}" for name in COUNTED), style="dim")
        if report["results"]:
            yield Text()
            yield _results(report["results"])
        alone = [*report["silent"], *report["left_out"]]
        if alone:
            yield Text()
            yield Text("Left alone", style="bold")
            yield from (Text(f"  {each.get('link', each['member'])}: {each['sentence']}") for each in alone)
        yield from self._rest(report)

    def _rest(self, report: dict[str, Any]) -> Iterator[Text]:
        untouched = Counter(each.rpartition("/")[0] for each in (*report["not_touched"], *report["under_way"]))
        if untouched:
            yield Text()
            yield Text("Not touched, or not heard of", style="bold")
            yield from (Text(f"  {member}: {count}") for member, count in sorted(untouched.items()))
        shelf = report["shelf"]
        yield Text(f"The whole report: s3://{shelf['bucket']}/{shelf['key']}", style="dim")


def _results(results: list[dict[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for title in ("wave", "link", "result", "rotation"):
        table.add_column(title, overflow="fold", no_wrap=title == "wave")
    for each in results:
        why = "" if each["status"] == "SUCCEEDED" else f" {each['reason']}: {each['sentence']}"
        ended = Text.assemble((each["status"], _style(each["status"])), why)
        table.add_row(str(each["wave"]), Text(each["link"]), ended, Text(each["rotation"]))
    return table


def _earlier(rows: tuple[RunRow, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    for row in rows:
        status = Text(row.report["status"], style=_style(row.report["status"]))
        table.add_row(moment(row.started_at), status, Text(row.report["reason"]), Text(row.id))
    return table


def _style(status: str) -> str:
    return STYLES.get(status, "bold red")
