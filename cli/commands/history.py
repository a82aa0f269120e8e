"""`dxmacsec history`: what was written down about links, the newest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import own_id
from cli.commands.status import JSON_OPTION
from cli.periods import moment_from
from cli.printing import show
from cli.records.lines import Line, line_of
from cli.records.table import LinesTable, line_documents

if TYPE_CHECKING:
    from cli.account import Account

SCHEMA = 1
MOST = 50

READERS = 16
"""Links whose rows are read side by side."""


def history(
    context: typer.Context,
    link: Annotated[str | None, typer.Argument(help="dxcon-… or dxlag-…; without it, all links.")] = None,
    *,
    since: Annotated[str | None, typer.Option(help="A length like 36h or 14d, or a day like 2026-01-31 (UTC).")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many lines.")] = MOST,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Show rotations, enforcements and changes of verdict, the newest first."""
    account: Account = context.obj.account
    now = account.world.clock.now()
    earliest = moment_from(since, now) if since else datetime.min.replace(tzinfo=UTC)

    def read(each: str) -> list[Line]:
        """Return the lines of one link that may be shown."""
        lines = map(line_of, account.stories.of_link(each))
        return list(islice(takewhile(lambda line: line.at >= earliest, lines), limit))

    with ThreadPoolExecutor(READERS) as readers:
        of_each = list(readers.map(read, _links(account, own_id(account, link) if link else None)))
    lines = tuple(islice(heapq.merge(*of_each, key=lambda line: line.at, reverse=True), limit))
    place = {"account": account.home.account, "region": account.home.region}
    document = {"schema": SCHEMA, **place, "at": now, "history": line_documents(lines)}
    show(document, LinesTable(lines, of_one_link=link is not None), as_json=as_json)


def _links(account: Account, link: str | None) -> Iterator[str]:
    """Yield the links to read: a member stands for its LAG, and a link that is no more still has its rows.

    Raises:
        LinkNotFound: Direct Connect knows no such link, and nothing was ever written down about it.
    """
    if link is None:
        yield from (each.id for each in account.world.direct_connect.links())
    elif any(True for _ in account.stories.of_link(link, limit=1)):
        yield link
    else:
        known = account.world.direct_connect.link(link)
        yield known.lag_id or known.id
