"""The ledger's conditional writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from dxmacsec.adapters.aws_errors import SdkError, aws_call, error_code, translate
from dxmacsec.adapters.dynamo_values import text_of, to_dynamo, to_item
from dxmacsec.adapters.ledger_rows import pause_item, pause_of
from dxmacsec.errors import ServiceFault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

    from dxmacsec.adapters.ledger_rows import Row
    from dxmacsec.interfaces import Pause

    Lock = dict[str, AttributeValueTypeDef]
    Item = dict[str, AttributeValueTypeDef]

FREE_OR_OURS = "attribute_not_exists(pk) OR (execution = :execution AND attribute_not_exists(waiting))"
"""A lock of ours at which a change waits is left as it is: writing it again would lose the change."""
OURS = "execution = :execution"
DEAD_OR_OURS = "execution IN (:execution, :dead)"
FREE_DEAD_OR_OURS = f"attribute_not_exists(pk) OR {DEAD_OR_OURS}"
THE_SAME_PAUSE = "reason = :reason AND #by = :by AND #at = :at"
NAMES_OF_A_PAUSE = {"#by": "by", "#at": "at"}
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

        A lock that is already this execution's is written again, so that a repeat succeeds; one at which a
        change waits stays as it is.

        Raises:
            ServiceFault: another transaction is in the way, or AWS failed.
            Transient: AWS is slow, or gave no answer.
        """
        puts = [
            {
                "TableName": self._table,
                "Item": lock,
                "ConditionExpression": FREE_OR_OURS,
                "ExpressionAttributeValues": {":execution": lock["execution"]},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
            for lock in locks
        ]
        doing = f"lock {text_of(locks[0], 'pk')}"
        met = self._all_or_none([{"Put": put} for put in puts], doing)
        if met is None:
            return None
        if not all(met):
            message = f"{doing}: DynamoDB does not say what is in the way"
            raise ServiceFault(message)
        others = (item for item in met if item["execution"] != locks[0]["execution"])
        return next(others, None) or self._take_rest(locks, met)

    def _take_rest(
        self, locks: list[dict[str, AttributeValueTypeDef]], ours: list[dict[str, Any]]
    ) -> dict[str, Any] | None:
        """Take the locks beside those that are ours already and keep their waiting changes."""
        held = [(item["pk"], item["sk"]) for item in ours]
        rest = [lock for lock in locks if (lock["pk"], lock["sk"]) not in held]
        return self.take(rest) if rest else None

    def take_over(self, locks: list[Lock], dead: str, *, along: Sequence[Lock] = ()) -> bool:
        """Write locks that name a dead execution, or us; those `along` may be free, too. All are written or none.

        Raises:
            ServiceFault: another transaction is in the way, or AWS failed.
            Transient: AWS is slow, or gave no answer.
        """
        conditions = [*((lock, DEAD_OR_OURS) for lock in locks), *((lock, FREE_DEAD_OR_OURS) for lock in along)]
        writes = [self._taking_over(lock, condition, dead) for lock, condition in conditions]
        first, *_ = *locks, *along
        return self.change(writes, f"take over the lock {text_of(first, 'pk')}")

    def _taking_over(self, lock: Lock, condition: str, dead: str) -> TransactWriteItemTypeDef:
        return {
            "Put": {
                "TableName": self._table,
                "Item": lock,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": {":execution": lock["execution"], ":dead": to_dynamo(dead)},
            }
        }

    def change(self, items: list[TransactWriteItemTypeDef], doing: str) -> bool:
        """Make all writes or none; False when a condition of one does not hold.

        The SDK repeats a lost call with the same token, which DynamoDB knows as the same call for ten minutes.
        https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html

        Raises:
            ServiceFault: another transaction is in the way, or AWS failed.
            Transient: AWS is slow, or gave no answer.
        """
        return self._all_or_none(items, doing) is None

    def update(self, doing: str, **update: Any) -> bool:  # noqa: ANN401 - an update's parameters
        """Change a row's attributes; False when the condition does not hold.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        try:
            self._dynamo.update_item(TableName=self._table, **update)
        except SdkError as error:
            if error_code(error) == CONDITION_FAILED:
                return False
            raise translate(error, doing) from error
        return True

    def free(self, row: Row, execution: str) -> dict[str, Any] | None:
        """Remove a lock if it names this execution, and return it as it was; another one's stays.

        A repeat finds none, and returns None.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        try:
            answer = self._dynamo.delete_item(
                TableName=self._table,
                Key=to_item(row),
                ConditionExpression=OURS,
                ExpressionAttributeValues=to_item({":execution": execution}),
                ReturnValues="ALL_OLD",
            )
        except SdkError as error:
            if error_code(error) != CONDITION_FAILED:
                raise translate(error, f"free {row['sk']} of {row['pk']}") from error
            return None
        return answer.get("Attributes")

    def pause(self, row: Row, pause: Pause) -> None:
        """Write a pause where there is none, or one by hand; another earlier one, and so a repeat's, stays.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        met = self._put_pause(row, pause)
        while met and met.by_hand:
            met = self._put_pause(row, pause.over(met), instead_of=met)

    def _put_pause(self, row: Row, pause: Pause, *, instead_of: Pause | None = None) -> Pause | None:
        """Write a pause where there is none, or the one that was seen; returns another one that is there, if any."""
        condition: dict[str, Any] = {"ConditionExpression": ABSENT}
        if instead_of:
            condition = {
                "ConditionExpression": f"{ABSENT} OR ({THE_SAME_PAUSE})",
                "ExpressionAttributeNames": NAMES_OF_A_PAUSE,
                "ExpressionAttributeValues": _which(row, instead_of),
            }
        request: dict[str, Any] = {"TableName": self._table, "Item": pause_item(row, pause), **condition}
        try:
            self._dynamo.put_item(**request, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        except SdkError as error:
            if not isinstance(error, ClientError) or error_code(error) != CONDITION_FAILED:
                raise translate(error, f"write {row['sk']} of {row['pk']}") from error
            return pause_of(cast("Any", error.response)["Item"])  # the stubs know no error's own fields
        return None

    def pause_and_note(self, row: Row, pause: Pause, note: Item) -> bool:
        """Write a pause where there is none and a note with it, both or none; False where one is there.

        Raises:
            ServiceFault: another transaction is in the way, or AWS failed.
            Transient: AWS is slow, or gave no answer.
        """
        item = pause_item(row, pause)
        put: TransactWriteItemTypeDef = {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": ABSENT}}
        return self.change([put, self._noting(note)], f"write {row['sk']} of {row['pk']}")

    def clear_and_note(self, row: Row, pause: Pause, note: Item) -> bool:
        """Remove a pause if it is still this one and write a note, both or none; False when it is not.

        Raises:
            ServiceFault: another transaction is in the way, or AWS failed.
            Transient: AWS is slow, or gave no answer.
        """
        delete: TransactWriteItemTypeDef = {
            "Delete": {
                "TableName": self._table,
                "Key": to_item(row),
                "ConditionExpression": THE_SAME_PAUSE,
                "ExpressionAttributeNames": NAMES_OF_A_PAUSE,
                "ExpressionAttributeValues": _which(row, pause),
            }
        }
        return self.change([delete, self._noting(note)], f"clear {row['sk']} of {row['pk']}")

    def _noting(self, note: Item) -> TransactWriteItemTypeDef:
        return {"Put": {"TableName": self._table, "Item": note}}

    def put(self, row: Row, values: dict[str, Any]) -> None:
        """Write a row whole; a repeat writes the same.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        with aws_call(f"write {row['sk']} of {row['pk']}"):
            self._dynamo.put_item(TableName=self._table, Item=to_item({**row, **values}))

    def _all_or_none(self, items: list[Any], doing: str) -> list[dict[str, Any]] | None:
        """Make all writes or none; returns None, or the rows that it met where a condition did not hold.

        Raises:
            ServiceFault: it met something else, such as another transaction on the same rows.
            Transient: AWS is slow, or gave no answer.
        """
        try:
            self._dynamo.transact_write_items(TransactItems=items)
        except SdkError as error:
            if error_code(error) == CANCELED:
                return _met(error, doing)
            raise translate(error, doing) from error
        return None


def _which(row: Row, pause: Pause) -> Item:
    """Return the values by which a row's pause is known to be this one."""
    item = pause_item(row, pause)
    return {f":{name}": item[name] for name in ("reason", "by", "at")}


def _met(error: Any, doing: str) -> list[dict[str, Any]]:  # noqa: ANN401 - the SDK makes this class at run time
    """Return the rows that a cancelled transaction met; a row that was missing, or was not asked for, is empty.

    Raises:
        ServiceFault: no condition failed, but it may be tried again.
    """
    reasons = error.response.get("CancellationReasons", ())
    met = [reason.get("Item", {}) for reason in reasons if reason.get("Code") == REASON_CONDITION_FAILED]
    if met:
        return met
    message = f"{doing}: {CANCELED}: {[reason.get('Code') for reason in reasons]}"
    raise ServiceFault(message) from error
