"""The ledger's reads of many rows: by their keys in batches, and a whole partition in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import aws_call
from dxmacsec.adapters.dynamo_values import text_of, to_item
from dxmacsec.errors import Throttled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from dxmacsec.adapters.ledger_rows import Row

BATCH_SIZE = 100
"""The most keys that one BatchGetItem takes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""
MOST_ROUNDS = 10
"""How often what a batch left over is asked for again before the machine does it."""


class LedgerReads:
    """Consistent reads; a row that is not there is missing from what they yield."""

    def __init__(self, dynamo: DynamoDBClient, table: str) -> None:
        """Take a low-level client of DynamoDB and the table's name."""
        self._dynamo = dynamo
        self._table = table

    def rows(self, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
        """Yield the items of these keys, each once, in no order.

        Raises:
            Transient: AWS is slow, failed, gave no answer, or leaves rows over every time.
        """
        for start in range(0, len(rows), BATCH_SIZE):
            yield from self._batch([to_item(row) for row in rows[start : start + BATCH_SIZE]])

    def partition(self, pk: str) -> Iterator[dict[str, Any]]:
        """Yield every item of a partition, in the order of the sort keys.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        yield from self._query(
            "query the ledger", KeyConditionExpression="pk = :pk", ExpressionAttributeValues=to_item({":pk": pk})
        )

    def beginning(
        self, row: Row, doing: str, *, newest_first: bool = False, rows_a_page: int | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the items whose sort keys begin like the row's; a reader who stops asks for no page more.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        yield from self._query(
            doing,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues=to_item({":pk": row["pk"], ":sk": row["sk"]}),
            ScanIndexForward=not newest_first,
            **({"Limit": rows_a_page} if rows_a_page else {}),
        )

    def _query(self, doing: str, **asked: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - what Query takes
        after: dict[str, Any] = {}
        while True:
            with aws_call(doing):
                page = self._dynamo.query(TableName=self._table, ConsistentRead=True, **asked, **after)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            after = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _batch(self, keys: list[Any]) -> Iterator[dict[str, Any]]:
        """Read one batch; what DynamoDB left over for its size or its load is asked for again.

        Raises:
            Throttled: it leaves something over every time.
        """
        for _ in range(MOST_ROUNDS):
            with aws_call(f"read {len(keys)} rows of the ledger"):
                answer = self._dynamo.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
            yield from answer["Responses"].get(self._table, ())
            left = answer.get("UnprocessedKeys", {}).get(self._table)
            if not left:
                return
            keys = list(left["Keys"])
        message = f"read rows of the ledger: {len(keys)} were left over"
        raise Throttled(message)


def name_in(item: dict[str, Any]) -> str:
    """Return the link or the group that a row is about."""
    return text_of(item, "pk").partition("#")[2]
