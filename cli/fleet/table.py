"""The report on a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from cli.fleet.report import FleetReport, Lane
from cli.words import age, day, due

NAMES_FROM = 96
"""Columns of a terminal from which names have room."""


@dataclass(frozen=True)
class ReportTable:
    """A row a link, the oldest key first, and the figures of the whole fleet."""

    report: FleetReport

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what fits into the width there is."""
        report, named = self.report, options.max_width >= NAMES_FROM
        yield Text(f"From {day(report.period.start)} to {day(report.period.last)} (UTC)\n", style="bold")
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for title in (
            "link",
            *(("name",) if named else ()),
            "key age",
            "due",
            "ok",
            "failed",
            "refused",
            "last rotation",
        ):
            table.add_column(title, justify="right" if title in ("ok", "failed", "refused") else "left")
        for lane in report.lanes:
            table.add_row(*self._cells(lane, named=named))
        yield table
        yield Text()
        yield Text(in_words(report), style="bold")

    def _cells(self, lane: Lane, *, named: bool) -> tuple[str | Text, ...]:
        failed = lane.count("FAILED")
        last = lane.rotations[-1] if lane.rotations else None
        return (
            Text(lane.view.link.id),
            *((Text(lane.view.link.name),) if named else ()),
            age(self.report.age_days(lane)) if lane.keyed else "no key",
            due(lane.view.due_at, self.report.at),
            str(lane.count("SUCCEEDED")),
            Text(str(failed), style="bold red" if failed else ""),
            str(lane.count("REFUSED")),
            Text(f"{day(last.at)} {last.reason if named else last.result.lower()}", style=last.style) if last else "-",
        )


def in_words(report: FleetReport) -> str:
    """Return the figures in two sentences."""
    figures = report.figures()
    ended = ", ".join(f"{count} {result.lower()}" for result, count in figures["rotations"].items()) or "none"
    days = figures["oldest_key_days"]
    oldest = "no key's age is known" if days is None else f"the oldest key is {int(days)} d old"
    unknown = f", {figures['age_unknown']} of unknown age" if figures["age_unknown"] else ""
    links = f"{figures['links']} links, {figures['with_a_key']} with a key; {oldest}{unknown}; {figures['due']} due."
    return f"{links} Rotations: {ended}."
