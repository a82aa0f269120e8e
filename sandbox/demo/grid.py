"""The one look of all tables of the demonstration."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

WIDE: Final = 120
"""Columns of a terminal in which every column of every table has its place."""

Row = Mapping[str, Text]
SECONDS: Final = frozenset({"encrypted", "clear", "dropped", "took"})


def grid(rows: Sequence[Row], *, hide: Collection[str] = (), right: Collection[str] = SECONDS, gap: int = 1) -> Table:
    """Return rows as a table; `right` stand to the right, and only a sentence may take several lines.

    `gap` is added to the one cell that always parts two columns.
    """
    table = Table(box=SIMPLE_HEAD, show_edge=False, header_style="dim", border_style="dim", padding=(0, gap, 0, 0))
    headings = [heading for heading in (rows[0] if rows else ()) if heading not in hide]
    for heading in headings:
        justify: JustifyMethod = "right" if heading in right else "left"
        table.add_column(heading, no_wrap=heading != "sentence", justify=justify)
    for row in rows:
        table.add_row(*(row[heading] for heading in headings))
    return table


def harm(seconds: float) -> Text:
    """Return seconds of which none should be."""
    return Text(f"{seconds:.1f} s", "dim" if seconds == 0 else "bold red")
