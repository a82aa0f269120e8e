"""All links as a table that fits its terminal, with what needs a person spelled out below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from cli.links.document import States
from cli.links.urgency import MEANING, Urgency, dark_ports, most_urgent, urgency
from cli.words import age, due, span, until
from dxmacsec.interfaces import LinkView, Owner
from dxmacsec.model import Link, LinkKind

NAMES_FROM, PLACES_FROM = 96, 116
"""Columns of a terminal from which names and what is in flight, and then kind and location, have room."""

NO_KEYS = "no key"


@dataclass(frozen=True)
class FleetTable:
    """The table, what needs a person, and a last line that sums up."""

    views: tuple[LinkView, ...]
    states: States
    now: datetime

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what fits into the width there is."""
        yield self._table(options.max_width)
        notes = [note for view in most_urgent(self.views, self.now) for note in self._notes(view)]
        if notes:
            yield Text()
            yield from notes
        yield Text()
        yield summary(self.views, self.now)

    def _table(self, width: int) -> Table:
        named, placed = width >= NAMES_FROM, width >= PLACES_FROM
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for title in _titles(named=named, placed=placed):
            # What tells links and trouble apart is never cut; the rest folds.
            table.add_column(title, no_wrap=title in ("", "link", "key age", "due"), overflow="fold")
        for view in most_urgent(self.views, self.now):
            table.add_row(*self._row(view, named=named, placed=placed))
        return table

    def _row(self, view: LinkView, *, named: bool, placed: bool) -> list[RenderableType]:
        link, asks = view.link, urgency(view, self.now)
        keyed = any(key.held for key in link.keys)
        return [
            Text(asks.word, style=asks.style),
            link.id,
            *((link.name,) if named else ()),
            *((str(link.kind), link.location) if placed else ()),
            (link.mode or "-").removesuffix("_encrypt"),
            encryption(link),
            age(view.age_days(self.now)) if keyed else NO_KEYS if link.macsec_capable else "-",
            verdict(view),
            *((in_flight(view, self.states, self.now),) if named else ()),
            due(view.due_at, self.now),
        ]

    def _notes(self, view: LinkView) -> Iterator[Text]:
        owner = view.rotating or view.acting
        if owner and not view.tasks:
            where = in_flight(view, self.states, self.now)
            yield Text.assemble((f"{view.link.id}: {where}", "bold"), f" ({owner.name})")
        for task in view.tasks:
            left = until(task.deadline, self.now)
            yield Text.assemble(
                (f"{view.link.id} waits for its router", "bold"),
                f" ({task.kind}, {left}): dxmacsec status {view.link.id}",
            )
        for what, pause in (("automation", view.pause), ("enforcement", view.enforcement_pause)):
            if pause:
                yield Text.assemble(
                    (f"{view.link.id}: {what} is paused", "bold"),
                    f" since {span((self.now - pause.at).total_seconds())} ({pause.reason}): "
                    f"dxmacsec status {view.link.id}",
                )


def _titles(*, named: bool, placed: bool) -> tuple[str, ...]:
    names = ("name",) if named else ()
    places = ("kind", "location") if placed else ()
    flight = ("in flight",) if named else ()
    return ("", "link", *names, *places, "mode", "encryption", "key age", "verdict", *flight, "due")


def encryption(link: Link) -> Text:
    """Return how many ports are encrypted, and the names of those that are not."""
    if link.kind is LinkKind.HOSTED or not link.macsec_capable:
        return Text("none")
    dark = dark_ports(link)
    of = len(link.ports)
    if not dark:
        return Text(f"up {of}/{of}")
    if not any(key.held for key in link.keys):
        return Text("off, no key")
    own = [port.connection_id for port in dark if port.connection_id != link.id]
    return Text(f"DOWN {len(dark)}/{of}" + "".join(f" {port}" for port in own), style="bold red")


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
    what = state.state if state else "rotation" if view.rotating else "mode"
    since = state.since if state else owner.since
    return f"{what} {span((now - since).total_seconds())}"


def summary(views: tuple[LinkView, ...], now: datetime) -> Text:
    """Return the last line: how many links there are, and how many of them ask for what."""
    counts = Counter(urgency(view, now) for view in views)
    line = Text(f"{len(views)} links: " if len(views) != 1 else "1 link: ", style="bold")
    for number, asks in enumerate(sorted(counts)):
        line.append(", " if number else "")
        line.append(f"{counts[asks]} {'without MACsec' if asks is Urgency.NONE else asks.word}", style=asks.style)
    worst = min(counts, default=Urgency.OK)
    return line.append(f". {worst.word}: {MEANING[worst]}." if worst < Urgency.BUSY else ". Nothing needs you.")
