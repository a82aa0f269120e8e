"""What happens now on which link: a live table in a terminal, a line for each change anywhere else."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, Protocol, Self

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from sandbox.demo.sights import LinkSeen, Traffic

REFRESHES_A_SECOND: Final = 8
Phase = Literal["waiting", "running", "done", "failed", "left out"]
MARKS: Final[dict[Phase, tuple[str, str]]] = {
    "waiting": ("·", "dim"),
    "running": ("▸", "cyan"),
    "done": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "left out": ("-", "dim"),
}


@dataclass(frozen=True)
class Now:
    """One link at this moment; seconds are those of the state and of the whole rotation so far.

    `traffic` is None where nothing is metered; `part` is what the link shares with its neighbours in the table, and
    `where` is what a line says before the name, since it has no neighbours.
    """

    link: LinkSeen
    phase: Phase
    doing: str
    state_seconds: float
    total_seconds: float
    traffic: Traffic | None
    part: str = ""
    where: str = ""


class Display(Protocol):
    """Shows where the rotations are; a context manager around the waves."""

    def show(self, rows: Sequence[Now], note: str = "") -> None:
        """Show every link as it is now, and what is above them all."""
        ...

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last picture standing."""
        ...


def display(console: Console) -> Display:
    """Return what suits the console."""
    return LiveTable(console) if console.is_terminal else ChangeLines(console)


class LiveTable:
    """A table that is drawn over itself, in which the seconds tick."""

    def __init__(self, console: Console) -> None:
        """Draw on a terminal."""
        self._started = time.monotonic()
        self._spinner = Spinner("dots", style="cyan")
        self._live = Live(console=console, refresh_per_second=REFRESHES_A_SECOND)

    def show(self, rows: Sequence[Now], note: str = "") -> None:
        """Draw the table anew."""
        elapsed = f"{time.monotonic() - self._started:.0f} s in all"
        below = Text("  " + "   ".join(each for each in (note, elapsed) if each), "dim")
        self._live.update(Group(now_table(rows, self._spinner), below))

    def __enter__(self) -> Self:
        """Take the lower part of the screen."""
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the screen back, with the last table on it."""
        self._live.stop()


class ChangeLines:
    """A line whenever a link does something else."""

    def __init__(self, console: Console) -> None:
        """Write to anything."""
        self._console = console
        self._started = time.monotonic()
        self._said: dict[str, tuple[str, str]] = {}
        self._noted = ""

    def show(self, rows: Sequence[Now], note: str = "") -> None:
        """Write a line for each link on which something else happens than at the last call, and for a new note."""
        if note and note != self._noted:
            self._noted = note
            self._console.print(Text.assemble((self._at(), "dim"), f"  {note}"), soft_wrap=True)
        for row in rows:
            said = (row.phase, row.doing)
            if self._said.get(row.link.id) != said:
                self._said[row.link.id] = said
                self._console.print(self._line(row), soft_wrap=True)

    def _line(self, row: Now) -> Text:
        mark, style = MARKS[row.phase]
        idle = row.part and not row.where and row.phase in ("waiting", "left out")
        said = f"{row.part}, {row.doing}" if idle else row.doing
        return Text.assemble((self._at(), "dim"), f"  {row.where}{row.link.name:<13}", (f"{mark} ", style), said)

    def _at(self) -> str:
        return f"{time.monotonic() - self._started:6.1f} s"

    def __enter__(self) -> Self:
        """Begin; lines need no preparation."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; lines need no clearing up."""


def now_table(rows: Sequence[Now], spinner: Spinner) -> Table:
    """Return the table of this moment."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("", width=1)
    table.add_column("link", no_wrap=True)
    table.add_column("what happens now", min_width=38)
    for heading in ("for", "total"):
        table.add_column(heading, justify="right", min_width=6, no_wrap=True)
    table.add_column("traffic", no_wrap=True)
    part = ""
    for row in rows:
        if row.part != part:
            part = row.part
            table.add_row("", Text(part, "italic dim"))
        mark, style = MARKS[row.phase]
        quiet = "dim" if row.phase in ("waiting", "left out") else ""
        table.add_row(
            spinner if row.phase == "running" else Text(mark, style),
            Text(row.link.name, f"bold {quiet}".strip()),
            Text(row.doing, quiet or (style if row.phase == "failed" else "")),
            _seconds(row.state_seconds if row.phase == "running" else 0),
            _seconds(row.total_seconds),
            traffic_text(row.traffic) if row.traffic else Text(),
        )
    return table


def traffic_text(traffic: Traffic) -> Text:
    """Return the worst that happened to the traffic, in words."""
    if traffic.unharmed:
        return Text("● encrypted", "green")
    harm = f"● {traffic.clear_seconds:.1f} s clear, {traffic.dropped_seconds:.1f} s dropped"
    return Text(harm, "bold red")


def _seconds(seconds: float) -> Text:
    return Text(f"{seconds:.1f} s" if seconds else "", "dim")
