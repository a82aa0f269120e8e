"""Tables of an organisation: which links each account has, and how each came through its rotation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text

from sandbox.demo.grid import WIDE, Row, grid, harm
from sandbox.demo.organisation.sights import Rotated
from sandbox.demo.sights import NOTHING, LinkSeen, short


def estates(links: Mapping[str, Sequence[LinkSeen]]) -> Table:
    """Return the links account by account, as they are found."""
    return grid(
        [
            {
                "account": _account(account, first=number == 0),
                "link": Text(link.name, "bold"),
                "id": Text(link.id),
                "mode": Text(link.mode),
                "key": Text(", ".join(short(ckn) for ckn in link.ckns) or NOTHING),
                "redundancy group": Text(link.group or NOTHING),
            }
            for account, seen in links.items()
            for number, link in enumerate(seen)
        ]
    )


def results(rotated: Mapping[str, Sequence[Rotated]], width: int) -> Table:
    """Return the result of each rotation, account by account; a narrow terminal does not show who and how long."""
    rows = [_result(each, first=number == 0) for links in rotated.values() for number, each in enumerate(links)]
    return grid(rows, hide=() if width >= WIDE else ("who", "took"), gap=0)


def _account(account: str, *, first: bool) -> Text:
    return Text(account if first else "", "bold")


def _result(rotated: Rotated, *, first: bool) -> Row:
    run, traffic = rotated.proof.run, rotated.proof.traffic
    return {
        "account": _account(rotated.account, first=first),
        "link": Text(rotated.proof.link.name, "bold"),
        "wave": Text(str(rotated.wave)),
        "old CKN": Text(short(run.old_ckn), "dim"),
        "new CKN": Text(short(run.new_ckn)),
        "encrypted": Text(f"{traffic.encrypted_seconds:.1f} s", "green"),
        "clear": harm(traffic.clear_seconds),
        "dropped": harm(traffic.dropped_seconds),
        "who": Text(", ".join(run.answered_by) or NOTHING),
        "took": Text(f"{run.seconds:.1f} s"),
        "result": Text(f"✓ {run.reason}", "green") if run.succeeded else Text(f"✗ {run.reason}", "bold red"),
    }
