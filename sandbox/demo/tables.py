"""Tables of the demonstration: the estate, a plan, refusals, results, promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sandbox.demo.grid import WIDE, Row, grid, harm
from sandbox.demo.promises import Promise
from sandbox.demo.sights import NOTHING, FleetRun, LinkSeen, Run, Traffic, short


def estate(links: Sequence[LinkSeen], width: int) -> Table:
    """Return the links as they are found; a narrow terminal shows what a rotation depends on."""
    return grid([_found(link) for link in links], hide=() if width >= WIDE else ("speed", "encryption", "key"))


def _found(link: LinkSeen) -> Row:
    style = "" if link.capable else "dim"
    return {
        "link": Text(link.name, f"bold {style}".strip()),
        "id": Text(link.id, style),
        "kind": Text(link.kind, style),
        "speed": Text(link.bandwidth, style),
        "mode": Text(link.mode, style),
        "encryption": Text(link.encryption if link.capable else NOTHING, style),
        "key": Text(", ".join(short(ckn) for ckn in link.ckns) or NOTHING, style),
        "redundancy group": Text(link.group or NOTHING, style),
    }


def plan(run: Run) -> Group:
    """Return the steps that a dry run planned; nothing was changed."""
    return Group(*(Text.assemble((f"{number}  ", "dim"), step) for number, step in enumerate(run.plan, start=1)))


def refusals(runs: Sequence[Run], links: Mapping[str, LinkSeen]) -> Table:
    """Return what was refused, with machine reason and sentence."""
    return grid(
        [
            {
                "link": Text(links[run.link].name, "bold"),
                "reason": Text(run.reason, "yellow"),
                "sentence": Text(run.sentence),
            }
            for run in runs
        ]
    )


def fleet(run: FleetRun, names: Mapping[str, str]) -> Group:
    """Return the report of a run over the fleet: what was done, what was not, and why."""
    done = [(link, status, reason, "") for link, status, reason in run.results]
    untouched = [(link, "not touched", NOTHING, "") for link in run.not_touched]
    left_out = [(each.link, "left out", each.reason, each.sentence) for each in run.left_out]
    mark, style = ("✓", "green") if run.succeeded else ("✗", "bold red")
    ended = Text.assemble((f"{mark} {run.status}", style), f"  {run.reason}: {run.sentence}")
    return Group(ended, grid([_reported(names, *row) for row in (*done, *untouched, *left_out)]))


def _reported(names: Mapping[str, str], link: str, became: str, reason: str, sentence: str) -> Row:
    bad = became not in {"SUCCEEDED", "left out"}
    return {
        "link": Text(names[link], "bold"),
        "result": Text(became, "bold red" if bad else "dim" if became == "left out" else "green"),
        "reason": Text(reason),
        "sentence": Text(sentence.removeprefix(f"{link} "), "dim"),
    }


def results(
    runs: Sequence[Run],
    before: Mapping[str, LinkSeen],
    after: Mapping[str, LinkSeen],
    traffic: Mapping[str, Traffic],
    width: int,
) -> Table:
    """Return the result of each rotation; a narrow terminal shows the new mode only."""
    rows = [_result(run, before[run.link], after[run.link], traffic[run.link], wide=width >= WIDE) for run in runs]
    return grid(rows, hide=() if width >= WIDE else ("kind", "took"), gap=0)


def _result(run: Run, before: LinkSeen, after: LinkSeen, traffic: Traffic, *, wide: bool) -> Row:
    return {
        "link": Text(after.name, "bold"),
        "kind": Text(after.kind),
        "old CKN": Text(short(run.old_ckn), "dim"),
        "new CKN": Text(short(run.new_ckn)),
        "mode": _mode(before.mode, after.mode) if wide else Text(after.mode),
        "encrypted": Text(f"{traffic.encrypted_seconds:.1f} s", "green"),
        "clear": harm(traffic.clear_seconds),
        "dropped": harm(traffic.dropped_seconds),
        "took": Text(f"{run.seconds:.1f} s"),
        "result": Text(f"✓ {run.reason}", "green") if run.succeeded else Text(f"✗ {run.reason}", "bold red"),
    }


def kept(promises: Sequence[Promise]) -> Group:
    """Return a line for each promise."""
    return Group(*(_promise(promise) for promise in promises))


def _promise(promise: Promise) -> Text:
    if promise.kept:
        return Text.assemble(("  ✓ ", "green"), promise.sentence)
    return Text.assemble(("  ✗ ", "bold red"), promise.sentence, (f": not {', '.join(promise.broken_on)}", "bold red"))


def _mode(before: str, after: str) -> Text:
    if before == after:
        return Text(after)
    return Text.assemble((f"{before} → ", "dim"), after)
