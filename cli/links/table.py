"""All links as a table that fits its terminal, with what needs a person spelled out below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from cli.links.colours import STYLES
from cli.links.document import States
from cli.words import age, due, span, until
from dxmacsec.adapters.home import Home
from dxmacsec.board.urgency import Urgency, dark_ports, most_urgent, urgency
from dxmacsec.interfaces import LinkView, Owner
from dxmacsec.model import Link, LinkKind, RouterMode

FLIGHT_FROM, NAMES_FROM, PLACES_FROM = 106, 120, 146
"""Columns of a terminal from which what is in flight, then names, then kind and location have room."""

NO_KEYS = "no key"


@dataclass(frozen=True)
class FleetTable:
    """The table, what needs a person, and a last line that sums up."""

    views: tuple[LinkView, ...]
    states: States
    home: Home
    now: datetime

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what fits into the width there is."""
        yield self._table(options.max_width)
        notes = [note for view in most_urgent(self.views, self.now) for note in self._notes(view)]
        if notes:
            yield Text()
            yield from notes
            yield Text("One link's whole story, with what to type: dxmacsec status LINK", style="dim")
        yield Text()
        yield summary(self.views, self.home, self.now)

    def _table(self, width: int) -> Table:
        between = 2 if width >= FLIGHT_FROM else 1
        table = Table(box=None, padding=(0, between, 0, 0), pad_edge=False, header_style="bold")
        titles = _titles(width)
        for title in titles:
            # What tells links and trouble apart is never cut; the rest folds at its spaces.
            table.add_column(title, no_wrap=title not in FOLDING, overflow="fold")
        for view in most_urgent(self.views, self.now):
            cells = self._cells(view)
            table.add_row(*(cells[title] for title in titles))
        return table

    def _cells(self, view: LinkView) -> dict[str, RenderableType]:
        link, asks = view.link, urgency(view, self.now)
        keyed = any(key.held for key in link.keys)
        return {
            "": Text(asks.word, style=STYLES[asks]),
            "link": Text(link.id),
            "name": Text(link.name),
            "kind": str(link.kind),
            "location": Text(link.location),
            "mode": Text((link.mode or "-").removesuffix("_encrypt")),
            "encryption": encryption(link),
            "key age": age(view.age_days(self.now)) if keyed else NO_KEYS if link.macsec_capable else "-",
            "verdict": Text(verdict(view)),
            "in flight": Text(in_flight(view, self.states, self.now)),
            "due": due(view.due_at, self.now),
        }

    def _notes(self, view: LinkView) -> Iterator[Text]:
        """Yield what has no room in a row: dark ports, who works on it, who must act, what is paused."""
        link = view.link
        dark = [port.connection_id for port in dark_ports(link) if port.connection_id != link.id]
        if dark and link.macsec_capable and any(key.held for key in link.keys):
            yield Text.assemble((f"{link.id} DOWN", "bold red"), f": no encryption on {', '.join(dark)}")
        owner = view.rotating or view.acting
        if owner and not view.tasks:
            yield Text.assemble((link.id, "bold"), f" {in_flight(view, self.states, self.now)} ({owner.name})")
        for task in view.tasks:
            left = until(task.deadline, self.now)
            whom = "its router's agent" if view.router_mode is RouterMode.AGENT else "its router's people"
            yield Text.assemble((f"{link.id} waits for {whom}", "bold"), f": {task.kind}, {left}")
        for what, pause in (("automation", view.pause), ("enforcement", view.enforcement_pause)):
            if pause:
                since = span((self.now - pause.at).total_seconds())
                yield Text.assemble((f"{link.id} {what} is paused", "bold"), f" for {since}: {pause.reason}")


FOLDING = frozenset({"name", "verdict"})
"""Columns whose words may stand one below the other."""


def _titles(width: int) -> tuple[str, ...]:
    names = ("name",) if width >= NAMES_FROM else ()
    places = ("kind", "location") if width >= PLACES_FROM else ()
    flight = ("in flight",) if width >= FLIGHT_FROM else ()
    return ("", "link", *names, *places, "mode", "encryption", "key age", "verdict", *flight, "due")


def encryption(link: Link) -> Text:
    """Return how many ports are encrypted, or how many are not."""
    if link.kind is LinkKind.HOSTED or not link.macsec_capable:
        return Text("none")
    dark, of = len(dark_ports(link)), len(link.ports)
    if not dark:
        return Text(f"up {of}/{of}")
    if not any(key.held for key in link.keys):
        return Text("off")
    return Text(f"DOWN {dark}/{of}", style="bold red")


def verdict(view: LinkView) -> str:
    """Return the gravest reason of the verdict, and how many others there are."""
    if view.standing is None:
        return "-"
    first, *others = view.standing.reasons
    return f"{first} +{len(others)}" if others else first


def in_flight(view: LinkView, states: States, now: datetime) -> str:
    """Return what is being done to a link, in which state, and since when."""
    owner: Owner | None = view.rotating or view.acting
    if owner is None:
        return "-"
    state = states.get(owner.execution)
    what = state.words if state else "rotation" if view.rotating else "mode"
    since = state.since if state else owner.since
    return f"{what} {span((now - since).total_seconds())}"


def summary(views: tuple[LinkView, ...], home: Home, now: datetime) -> Text:
    """Return the last line: how many links there are and where, and how many of them ask for what."""
    counts = Counter(urgency(view, now) for view in views)
    line = Text(f"{len(views)} {'link' if len(views) == 1 else 'links'} in {home.name}: ", style="bold")
    for number, asks in enumerate(sorted(counts)):
        line.append(", " if number else "")
        line.append(f"{counts[asks]} {'without MACsec' if asks is Urgency.NONE else asks.word}", style=STYLES[asks])
    worst = min(counts, default=Urgency.OK)
    return line.append(f". {worst.word}: {worst.meaning}." if worst < Urgency.BUSY else ". Nothing needs you.")
