"""`dxmacsec evidence`: what can be shown for one rotation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.asking import own_id
from cli.commands.status import JSON_OPTION
from cli.keeping import keep
from cli.printing import show
from cli.records.evidence import Evidence, gather
from cli.records.executions import ExecutionReader
from cli.records.finding import find_record
from cli.records.origin import TrailReader
from cli.records.page import evidence_page
from cli.records.sections import Section, sections

if TYPE_CHECKING:
    from cli.account import Account

HTML_OPTION = typer.Option("--html", dir_okay=False, help="Write one self-contained page into this file, too.")


def evidence(
    context: typer.Context,
    rotation: Annotated[str, typer.Argument(help="Id of the rotation, or the ARN of its execution.")],
    link: Annotated[str | None, typer.Option(help="The link, where the id alone does not lead to it.")] = None,
    *,
    html: Annotated[Path | None, HTML_OPTION] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Show who, when, why, which CKNs, what was checked and proven by whom, and the hash of the record."""
    account: Account = context.obj.account
    found = _gathered(account, rotation, link)
    if html:
        keep(html, evidence_page(found))
    show(found.document(), EvidenceTable(found), as_json=as_json)


def _gathered(account: Account, rotation: str, link: str | None) -> Evidence:
    reader = ExecutionReader(account.client("stepfunctions"))
    settings, stories = account.settings, account.stories
    named = own_id(account, link) if link else None
    row = find_record(rotation, named, account.world, stories, reader, settings.rotate_key_arn)
    return gather(
        row,
        stories=stories,
        reader=reader,
        trail=TrailReader(account.client("cloudtrail")),
        fleet_arn=settings.rotate_fleet_arn,
        home=account.home,
        now=account.world.clock.now(),
    )


@dataclass(frozen=True)
class EvidenceTable:
    """The sections on a terminal."""

    evidence: Evidence

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield every section with its title."""
        for number, section in enumerate(sections(self.evidence)):
            if number:
                yield Text()
            yield Text(section.title, style="bold")
            if section.rows:
                yield Padding(_table(section), (0, 0, 0, 2))
            if section.note:
                yield Padding(Text(section.note, style="dim"), (0, 0, 0, 2))


def _table(section: Section) -> Table:
    """Return a section's rows; moments stay whole."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_header=bool(section.heads))
    if section.heads:
        for head in section.heads:
            table.add_column(head, overflow="fold", no_wrap=head.endswith("(UTC)"))
    else:
        for style in ("dim", "")[2 - len(section.rows[0]) :]:
            table.add_column(style=style, overflow="fold")
    for row in section.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
