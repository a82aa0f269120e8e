"""What a run showed, as tables for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from real_mka.result import differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from real_mka.result import Result


def printed(result: Result, console: Console) -> None:
    """Print the rotations, what must hold, where the twin differs; at the end what does not hold."""
    console.print(_rotations(result))
    console.print(_checks(result))
    alike = sum(answer.alike for answer in result.answers)
    console.print(f"Twin and real peers named the same key in {alike} of {len(result.answers)} router tasks.")
    rows = differences(result)
    if rows:
        console.print(_differences(rows))
    for check in result.checks():
        if not check.holds:
            console.print(f"[red]does not hold:[/] {escape(check.what)}: {escape(check.figure)}")


def _rotations(result: Result) -> Table:
    table = Table(
        "rotation", "new CKN", "ended", "took", "frames under it", "AWS's end moved after", title_justify="left"
    )
    for each in result.rotated:
        moved = "-" if each.moved_after_seconds is None else f"{each.moved_after_seconds:.1f} s"
        ended = each.error or each.status
        table.add_row(str(each.number), each.ckn[:8], ended, f"{each.seconds:.0f} s", f"{each.frames_opened:,}", moved)
    return table


def _checks(result: Result) -> Table:
    table = Table("what must hold", "seen", "")
    for check in result.checks():
        table.add_row(check.what, check.figure, "[green]yes[/]" if check.holds else "[red]NO[/]")
    return table


def _differences(rows: Sequence[tuple[str, str, str]]) -> Table:
    table = Table("where the twin differs (docs/real-mka.md)", "real peers", "twin")
    for row in rows:
        table.add_row(*row)
    return table
