"""The ledger's conditional writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import SdkError, aws_call, error_code, translate
from dxmacsec.adapters.dynamo_values import text_of, to_dynamo, to_item
from dxmacsec.adapters.ledger_rows import pause_item
from dxmacsec.errors import ServiceFault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

    from dxmacsec.adapters.ledger_rows import Row
    from dxmacsec.interfaces import Pause

    Lock = dict[str, AttributeValueTypeDef]

FREE_OR_OURS = "attribute_not_exists(pk) OR execution = :execution"
OURS = "execution = :execution"
DEAD_OR_OURS = "execution IN (:execution, :dead)"
FREE_DEAD_OR_OURS = f"attribute_not_exists(pk) OR {DEAD_OR_OURS}"
ABSENT = "attribute_not_exists(pk)"
CONDITION_FAILED = "ConditionalCheckFailedException"
CANCELED = "TransactionCanceledException"
REASON_CONDITION_FAILED = "ConditionalCheckFailed"


class LedgerWrites:
    """Writes that say what they found instead of what they wanted."""

    def __init__(self, dynamo: DynamoDBClient, table: str) -> None:
        """Take a low-level client of DynamoDB and the table's name."""
        self._dynamo = dynamo
        self._table = table

    def take(self, locks: list[dict[str, AttributeValueTypeDef]]) -> dict[str, Any] | None:
        """Write all locks or none; returns None, or the lock of another execution that is in the way.

        A lock that is already this execution's is written again, so that a repeat succeeds.

        Raises:
            ServiceFault: another transaction is in the way, or AWS failed.
            Transient: AWS is slow, or gave no answer.
        """
        try:
            self._dynamo.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": self._table,
                            "Item": lock,
                            "ConditionExpression": FREE_OR_OURS,
                            "ExpressionAttributeValues": {":execution": lock["execution"]},
                            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                        }
                    }
                    for lock in locks
                ]
            )
        except SdkError as error:
            if error_code(error) == CANCELED:
                return _in_the_way(error)
            raise translate(error, f"lock {text_of(locks[0], 'pk')}") from error
        return None

    def take_over(self, locks: list[Lock], dead: str, *, along: Sequence[Lock] = ()) -> bool:
        """Write locks that name a dead execution, or us; those `along` may be free, too. All are written or none.

        Raises:
            ServiceFault: another transaction is in the way, or AWS failed.
            Transient: AWS is slow, or gave no answer.
        """
        conditions = [*((lock, DEAD_OR_OURS) for lock in locks), *((lock, FREE_DEAD_OR_OURS) for lock in along)]
        try:
            self._dynamo.transact_write_items(
                TransactItems=[self._taking_over(lock, condition, dead) for lock, condition in conditions]
            )
        except SdkError as error:
            if error_code(error) == CANCELED:
                return _lost_to_a_condition(error)
            raise translate(error, f"take over the lock {text_of(locks[0], 'pk')}") from error
        return True

    def _taking_over(self, lock: Lock, condition: str, dead: str) -> TransactWriteItemTypeDef:
        return {
            "Put": {
                "TableName": self._table,
                "Item": lock,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": {":execution": lock["execution"], ":dead": to_dynamo(dead)},
            }
        }

    def free(self, row: Row, execution: str) -> None:
        """Remove a lock if it names this execution; another one's stays, and a repeat finds none.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        try:
            self._dynamo.delete_item(
                TableName=self._table,
                Key=to_item(row),
                ConditionExpression=OURS,
                ExpressionAttributeValues=to_item({":execution": execution}),
            )
        except SdkError as error:
            if error_code(error) != CONDITION_FAILED:
                raise translate(error, f"free {row['sk']} of {row['pk']}") from error

    def pause(self, row: Row, pause: Pause) -> None:
        """Write a pause where there is none; an earlier one, and so a repeat's, stays.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        try:
            self._dynamo.put_item(TableName=self._table, Item=pause_item(row, pause), ConditionExpression=ABSENT)
        except SdkError as error:
            if error_code(error) != CONDITION_FAILED:
                raise translate(error, f"write {row['sk']} of {row['pk']}") from error

    def put(self, row: Row, values: dict[str, Any]) -> None:
        """Write a row whole; a repeat writes the same.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        with aws_call(f"write {row['sk']} of {row['pk']}"):
            self._dynamo.put_item(TableName=self._table, Item=to_item({**row, **values}))


def _lost_to_a_condition(error: Any) -> bool:  # noqa: ANN401 - the SDK makes this class at run time
    """Return False where a cancelled transaction met somebody else's lock.

    Raises:
        ServiceFault: it met something else, such as another transaction on the same rows.
    """
    codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
    if REASON_CONDITION_FAILED in codes:
        return False
    message = f"lock rows of the ledger: {CANCELED}: {codes}"
    raise ServiceFault(message) from error


def _in_the_way(error: Any) -> dict[str, Any]:  # noqa: ANN401 - the SDK makes this class at run time
    """Return the other execution's lock that a cancelled transaction met.

    Raises:
        ServiceFault: it met something else, such as another transaction on the same rows; it may be
            tried again.
    """
    for reason in error.response.get("CancellationReasons", ()):
        if reason.get("Code") == REASON_CONDITION_FAILED and "Item" in reason:
            item: dict[str, Any] = reason["Item"]
            return item
    codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
    message = f"lock rows of the ledger: {CANCELED}: {codes}"
    raise ServiceFault(message) from error
