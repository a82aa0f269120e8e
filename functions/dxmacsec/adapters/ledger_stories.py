"""The ledger as people read it: records and verdicts of a link, the newest first, and router tasks that wait."""

from __future__ import annotations

import heapq
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.dynamo_values import from_item, text_of
from dxmacsec.adapters.ledger_reads import LedgerReads, name_in
from dxmacsec.adapters.ledger_rows import link_row
from dxmacsec.interfaces import StoryRow, TaskRow
from dxmacsec.model import RouterTaskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb.client import DynamoDBClient

KINDS = {"ROTATION": "rotation", "VERDICT": "verdict", "NOTE": "note"}
"""The first word of a sort key, and what its rows are called."""


ROWS_A_PAGE = 50
"""A record is a few kilobytes, and people mostly ask for the last ones."""


class DynamoStories:
    """Reads in pages that stop when the reader has enough; nothing here changes anything."""

    def __init__(self, dynamo: DynamoDBClient, table: str) -> None:
        """Take a low-level client of DynamoDB and the table's name."""
        self._reads = LedgerReads(dynamo, table)

    def of_link(self, link: str, *, limit: int | None = None) -> Iterator[StoryRow]:
        """Yield what was written down about a link, the newest first.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        each = [(_story_row(item) for item in self._items(link, word, newest_first=True)) for word in KINDS]
        rows = heapq.merge(*each, key=lambda row: row.at, reverse=True)
        yield from islice(rows, limit)

    def tasks(self, link: str) -> tuple[TaskRow, ...]:
        """Read the router tasks of a link that wait for an answer, the oldest first.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        rows = [_task_row(item) for item in self._items(link, "TASK", newest_first=False)]
        return tuple(sorted(rows, key=lambda row: row.sent_at))

    def _items(self, link: str, word: str, *, newest_first: bool) -> Iterator[dict[str, Any]]:
        doing = f"read what is written down about {link}"
        row = link_row(link, f"{word}#")
        return self._reads.beginning(row, doing, newest_first=newest_first, rows_a_page=ROWS_A_PAGE)


def _story_row(item: dict[str, Any]) -> StoryRow:
    word, at, name = text_of(item, "sk").split("#", 2)
    return StoryRow(name_in(item), KINDS[word], name, datetime.fromisoformat(at), from_item(item["record"]["M"]))


def _task_row(item: dict[str, Any]) -> TaskRow:
    return TaskRow(
        task_id=text_of(item, "task_id"),
        link=name_in(item),
        kind=RouterTaskKind(text_of(item, "kind")),
        rotation=text_of(item, "rotation"),
        token=text_of(item, "token"),
        sent_at=datetime.fromisoformat(text_of(item, "sent_at")),
        deadline=datetime.fromisoformat(text_of(item, "deadline")),
        message=from_item(item["message"]["M"]),
    )
