"""Tables of drifts and of verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from sandbox.demo.drift import Drift, Told
from sandbox.demo.grid import WIDE, Row, grid
from sandbox.demo.moments import side_by_side
from sandbox.demo.sights import NOTHING, LinkSeen, Traffic
from sandbox.demo.verdicts import Verdict

WHO_CELLS: Final = 20
"""How much of a name is shown: the names of roles are long, and their end says nothing."""

STYLES: Final = {
    "NON_COMPLIANT": "bold red",
    "WARNING": "yellow",
    "EXEMPT": "yellow",
    "COMPLIANT": "green",
    "NOT_APPLICABLE": "dim",
}


def second_by_second(drifts: Sequence[Drift], traffic: Mapping[str, Traffic]) -> Table:
    """Return what happened to each drift, in seconds after it, and what the line carried meanwhile."""
    names = [drift.link.name for drift in drifts]
    rows = [_row(words, names, [Text(_seconds(each)) for each in after]) for words, after in side_by_side(drifts)]
    carried = [_carried(traffic[drift.link.id]) for drift in drifts]
    return grid([*rows, _row("clear or dropped meanwhile", names, carried)], right=names)


def _row(words: str, names: Sequence[str], cells: Sequence[Text]) -> Row:
    return {"what happened": Text(words), **dict(zip(names, cells, strict=True))}


def _seconds(seconds: float | None) -> str:
    return NOTHING if seconds is None else f"{seconds:.1f} s"


def _carried(traffic: Traffic) -> Text:
    harmed = traffic.clear_seconds + traffic.dropped_seconds
    return Text(f"{harmed:.1f} s", "green" if harmed == 0 else "bold red")


def told(drifts: Sequence[Drift], width: int) -> Table:
    """Return the events that the product put on the bus: verdict before and after, whose change, what we started.

    A narrow terminal does not show what led to the look.
    """
    rows = [_told(drift.link, each) for drift in drifts for each in drift.told]
    return grid(rows, hide=() if width >= WIDE else ("led to it",))


def _told(link: LinkSeen, told: Told) -> Row:
    return {
        "link": Text(link.name, "bold"),
        "before": Text(_first(told.before), "dim"),
        "after": Text(_first(told.after)),
        "led to it": Text(told.call if told.by else "the sweep"),
        "whose": _cut(told.by or "nobody knows"),
        "we start": Text(told.remedy or NOTHING),
    }


def _cut(name: str) -> Text:
    text = Text(name)
    text.truncate(WHO_CELLS, overflow="ellipsis")
    return text


def _first(reasons: Sequence[str]) -> str:
    return reasons[0] if reasons else NOTHING


def verdicts(kept: Sequence[Verdict], links: Sequence[LinkSeen]) -> Table:
    """Return how every link stands, in the order of the estate."""
    by_link = {verdict.link: verdict for verdict in kept}
    return grid([_verdict(link, by_link.get(link.id)) for link in links])


def _verdict(link: LinkSeen, verdict: Verdict | None) -> Row:
    status = verdict.status if verdict else NOTHING
    return {
        "link": Text(link.name, "bold"),
        "status": Text(status, STYLES.get(status, "")),
        "reasons": Text(", ".join(verdict.reasons) if verdict else NOTHING),
        "sentence": Text(verdict.sentence.removeprefix(f"{link.id} ") if verdict else "never judged", "dim"),
    }
