"""Lines of history as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from cli.records.lines import Line
from cli.words import exact, moment, span

SENTENCES_FROM = 110
"""Columns from which the sentences stand beside their reasons; on a narrower terminal the reason alone does."""

WITH_ID = frozenset({"rotation", "enforcement"})
"""What `dxmacsec evidence` takes the id of."""


LED = {"verdict": "After", "note": "By"}
"""What stands before whoever or whatever led to a line; of an execution it is what was asked."""


@dataclass(frozen=True)
class LinesTable:
    """The newest first; `of_one_link` leaves out the column that would say the same everywhere."""

    lines: tuple[Line, ...]
    of_one_link: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield a table where there is room, else two lines for each: an id is never broken."""
        if not self.lines:
            yield Text("Nothing is written down.")
        elif options.max_width >= SENTENCES_FROM:
            yield self._table()
        else:
            yield from (self._narrow(line) for line in self.lines)

    def _table(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for title in ("when (UTC)", *(() if self.of_one_link else ("link",)), "what", "result", "took"):
            table.add_column(title, no_wrap=title in ("when (UTC)", "link", "took"))
        table.add_column("why", overflow="fold", ratio=1)
        for line in self.lines:
            table.add_row(
                exact(line.at).removesuffix(" UTC"),
                *(() if self.of_one_link else (Text(line.link),)),
                Text(_what(line)),
                Text(line.result, style=line.style),
                span(line.seconds) if line.seconds is not None else "-",
                _why(line),
            )
        return table

    def _narrow(self, line: Line) -> Text:
        link = "" if self.of_one_link else f"{line.link:<14}  "
        text = Text(f"{short_moment(line.at)}  {link}{line.what:<11}  ")
        text.append(f"{line.result:<13}", style=line.style)
        text.append(f"  {line.reason}" + (", recovered" if line.recovered else ""))
        return text.append(f"\n                  {line.id}", style="dim") if line.what in WITH_ID else text


def _what(line: Line) -> str:
    return f"{line.what}, recovered" if line.recovered else line.what


def _why(line: Line) -> Text:
    """Return reason and sentence, who or what asked, and the id by which the evidence is found."""
    text = Text(": ".join(part for part in (line.reason, line.sentence) if part))
    text.append(f" {LED.get(line.what, 'Asked')}: {line.by}." if line.by else "", style="dim")
    return text.append(f"\n{line.id}", style="dim") if line.what in WITH_ID else text


def line_documents(lines: Iterable[Line]) -> list[dict[str, object]]:
    """Return lines as JSON has them."""
    return [
        {
            "at": line.at,
            "link": line.link,
            "what": line.what,
            "id": line.id,
            "result": line.result,
            "reason": line.reason,
            "sentence": line.sentence,
            "by": line.by,
            "seconds": line.seconds,
            "recovered": line.recovered,
        }
        for line in lines
    ]


def short_moment(at: datetime) -> str:
    """Return a moment without its zone, for columns whose title says UTC."""
    return moment(at).removesuffix(" UTC")
