"""`dxmacsec history`: what was written down about links, the newest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.status import JSON_OPTION
from cli.ending import CliError, Ending
from cli.printing import show
from cli.records.lines import Line, line_of
from cli.records.table import LinesTable, line_documents

if TYPE_CHECKING:
    from cli.account import Account

SCHEMA = 1
MOST = 50

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


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
    rows = islice(takewhile(lambda line: line.at >= earliest, lines_of(account, link)), limit)
    lines = tuple(rows)
    document = {"schema": SCHEMA, "region": account.region, "at": now, "history": line_documents(lines)}
    show(document, LinesTable(lines, of_one_link=link is not None), as_json=as_json)


def lines_of(account: Account, link: str | None) -> Iterator[Line]:
    """Yield the lines of one link or of all, the newest first, as far as somebody takes them.

    Raises:
        LinkNotFound: Direct Connect knows no such link, and nothing was ever written down about it.
        Transient, AccessDenied: AWS failed, or the caller may not read.
    """
    if link is not None:
        rows = account.stories.of_link(link)
        first = next(rows, None)
        if first is None:
            known = account.world.direct_connect.link(link)
            rows = account.stories.of_link(known.lag_id) if known.lag_id else rows
        else:
            yield line_of(first)
        yield from map(line_of, rows)
        return
    ids = [each.id for each in account.world.direct_connect.links()]
    rows = heapq.merge(*(account.stories.of_link(each) for each in ids), key=lambda row: row.at, reverse=True)
    yield from map(line_of, rows)


def moment_from(text: str, now: datetime) -> datetime:
    """Return the moment that a length before now, a day or an ISO time means.

    Raises:
        CliError: it is none of them.
    """
    try:
        if text[-1:] in UNITS:
            return now - float(text[:-1]) * UNITS[text[-1]]
        read = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        sentence = f"{text!r}: expected a length like 36h or 14d, or a day like 2026-01-31."
        raise CliError(Ending.USAGE, sentence) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)
