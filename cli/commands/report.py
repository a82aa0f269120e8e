"""`dxmacsec report`: key ages and rotations of the fleet over a period."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.status import JSON_OPTION
from cli.ending import CliError, Ending
from cli.fleet.document import report_csv, report_document
from cli.fleet.page import report_page
from cli.fleet.report import FleetReport, Period, read_report
from cli.fleet.table import ReportTable
from cli.keeping import keep
from cli.periods import end_from, moment_from
from cli.printing import show
from dxmacsec.steps.view_links import view_links

if TYPE_CHECKING:
    from cli.account import Account

QUARTER = "90d"
FROM_OPTION = typer.Option("--from", help="A length before now like 90d, or a day like 2026-01-31 (UTC).")
TO_OPTION = typer.Option("--to", help="The same, a day through its end; without it, now.")
HTML_OPTION = typer.Option("--html", dir_okay=False, help="Write one self-contained page into this file, too.")
CSV_OPTION = typer.Option("--csv", dir_okay=False, help="Write a row a rotation into this file, too.")


def report(
    context: typer.Context,
    *,
    since: Annotated[str, FROM_OPTION] = QUARTER,
    until: Annotated[str | None, TO_OPTION] = None,
    html: Annotated[Path | None, HTML_OPTION] = None,
    csv: Annotated[Path | None, CSV_OPTION] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Show key ages and rotations of the fleet over a period."""
    account: Account = context.obj.account
    made = _read(account, since, until)
    if html:
        keep(html, report_page(made))
    if csv:
        keep(csv, report_csv(made))
    show(report_document(made), ReportTable(made), as_json=as_json)


def _read(account: Account, since: str, until: str | None) -> FleetReport:
    world, now = account.world, account.world.clock.now()
    views = view_links(world, account.stories)
    return read_report(
        views,
        account.stories,
        period_of(since, until, now),
        max_age=world.limits.max_key_age,
        home=account.home,
        now=now,
    )


def period_of(since: str, until: str | None, now: datetime) -> Period:
    """Return the period that was typed.

    Raises:
        CliError: a moment is none, or the end is not after the start.
    """
    period = Period(moment_from(since, now), end_from(until, now) if until else now)
    if period.start >= period.end:
        raise CliError(Ending.USAGE, f"The period ends before it starts: {since} to {until or 'now'}.")
    return period
