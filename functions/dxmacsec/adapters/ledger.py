"""The ledger: one DynamoDB table of locks, pauses, records and router tasks that wait.

Partition `LINK#<id>` or `GROUP#<name>`; sort keys `LOCK#rotation`, `LOCK#acting`, `PAUSE`,
`PAUSE#enforcement`, `ROTATION#<started at>#<id>`, `NOTE#<at>#<id>`, `TASK#<task id>`. A lock has no
expiry: who frees a dead execution's lock asks Step Functions first.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import aws_call
from dxmacsec.adapters.dynamo_values import to_item
from dxmacsec.adapters.ledger_rows import (
    ACTING,
    PAUSE,
    PAUSE_ENFORCEMENT,
    ROTATION,
    WAITING,
    change_of,
    group_row,
    link_row,
    lock_item,
    note_item,
    owner_of,
    pause_of,
)
from dxmacsec.adapters.ledger_writes import LedgerWrites

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from dxmacsec.adapters.ledger_rows import Row
    from dxmacsec.compliance import Change
    from dxmacsec.interfaces import Note, Owner, Pause, TaskRow

TASK_KEPT = timedelta(days=7)
"""How long a router task that nobody dropped stays readable after its deadline."""


class DynamoLedger:
    """Conditional writes and consistent reads; a repeat by the same execution always succeeds."""

    def __init__(self, dynamo: DynamoDBClient, table: str) -> None:
        """Take a low-level client of DynamoDB and the table's name."""
        self._dynamo = dynamo
        self._table = table
        self._writes = LedgerWrites(dynamo, table)

    def take_rotation(self, link: str, group: str | None, owner: Owner) -> Owner | None:
        """Take the `rotation` locks of a link and of its group in one transaction.

        Returns None when they are ours, else who holds one of them. A repeat after a lost answer finds
        them ours.

        Raises:
            Transient: AWS is slow, failed, gave no answer, or another transaction is in the way.
        """
        holder = self._writes.take([lock_item(row, owner) for row in _rotation_rows(link, group)])
        return owner_of(holder)

    def holds_rotation(self, link: str, execution: str) -> bool:
        """Tell whether the link's `rotation` lock names this execution.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return self._names(link_row(link, ROTATION), execution)

    def take_acting(self, link: str, owner: Owner) -> Owner | None:
        """Take the `acting` lock; returns None when it is ours, else who holds it.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return owner_of(self._writes.take([lock_item(link_row(link, ACTING), owner)]))

    def holds_acting(self, link: str, execution: str) -> bool:
        """Tell whether the link's `acting` lock names this execution.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return self._names(link_row(link, ACTING), execution)

    def free_acting(self, link: str, execution: str) -> Change | None:
        """Free the `acting` lock if this execution holds it; returns the change that waited for it, if any.

        Deleting the row and reading what waited are one write, so nobody can leave word in between. A repeat
        finds nothing to free.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return change_of(self._writes.free(link_row(link, ACTING), execution), WAITING)

    def free_rotation(self, link: str, group: str | None, execution: str) -> None:
        """Free the `rotation` locks that this execution holds; a repeat finds nothing to free.

        The link's own goes last: as long as it is there, a repeat knows that there is work left.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        for row in reversed(_rotation_rows(link, group)):
            self._writes.free(row, execution)

    def take_from_dead(self, link: str, group: str | None, dead: str, owner: Owner) -> bool:
        """Take the `rotation` locks of a link and of its group where each is free, ours, or a dead execution's.

        Both rows are written or none, so that a lock that stays keeps saying whose work is to be finished. A
        repeat finds them ours.

        Raises:
            Transient: AWS is slow, failed, gave no answer, or another transaction is in the way.
        """
        return self._writes.take_over([], dead, along=[lock_item(row, owner) for row in _rotation_rows(link, group)])

    def take_over_rotation(self, link: str, group: str | None, dead: str, owner: Owner) -> bool:
        """Take the link's `rotation` lock over from a dead execution, and its group's where that is dead's or free.

        False when the link's lock names neither the dead one nor us. Both rows are written or none; only where
        somebody else took the group's meanwhile is the link's taken by itself. A repeat finds the locks ours.

        Raises:
            Transient: AWS is slow, failed, gave no answer, or another transaction is in the way.
        """
        own = lock_item(link_row(link, ROTATION), owner)
        if group and self._writes.take_over([own], dead, along=[lock_item(group_row(group, ROTATION), owner)]):
            return True
        return self._writes.take_over([own], dead)

    def take_over_acting(self, link: str, dead: str, owner: Owner) -> bool:
        """Take the `acting` lock over from a dead execution; False when it names neither that one nor us.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return self._writes.take_over([lock_item(link_row(link, ACTING), owner)], dead)

    def rotation_owner(self, link: str, group: str | None) -> Owner | None:
        """Read who rotates this link or its group now, if anyone does.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        owners = (owner_of(self._read(row)) for row in _rotation_rows(link, group))
        return next((owner for owner in owners if owner), None)

    def pause(self, link: str) -> Pause | None:
        """Read why the link's automation is paused, if it is.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return pause_of(self._read(link_row(link, PAUSE)))

    def set_pause(self, link: str, pause: Pause) -> None:
        """Pause the link's automation; an earlier pause stays, and so does a repeat's, but not one by hand.

        That one's who and why go into the sentence.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        self._writes.pause(link_row(link, PAUSE), pause)

    def enforcement_pause(self, link: str) -> Pause | None:
        """Read why enforcement of the link is paused, if it is.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return pause_of(self._read(link_row(link, PAUSE_ENFORCEMENT)))

    def set_enforcement_pause(self, link: str, pause: Pause) -> None:
        """Pause enforcement of the link after a lowering; an earlier pause stays.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        self._writes.pause(link_row(link, PAUSE_ENFORCEMENT), pause)

    def pause_by_hand(self, link: str, pause: Pause, note: Note) -> bool:
        """Pause the link's automation and note who did, both or none; False where a pause is there already.

        Raises:
            Transient: AWS is slow, failed, gave no answer, or another transaction is in the way.
        """
        return self._writes.pause_and_note(link_row(link, PAUSE), pause, note_item(link, note))

    def clear_pause(self, link: str, pause: Pause, note: Note) -> bool:
        """Remove the pause that somebody saw and note who did, both or none; False when it is another one by now.

        Raises:
            Transient: AWS is slow, failed, gave no answer, or another transaction is in the way.
        """
        return self._writes.clear_and_note(link_row(link, PAUSE), pause, note_item(link, note))

    def clear_enforcement_pause(self, link: str, pause: Pause, note: Note) -> bool:
        """Remove the enforcement pause that somebody saw and note who did; False when it is another one by now.

        Raises:
            Transient: AWS is slow, failed, gave no answer, or another transaction is in the way.
        """
        return self._writes.clear_and_note(link_row(link, PAUSE_ENFORCEMENT), pause, note_item(link, note))

    def record(self, link: str, rotation_id: str, started_at: datetime, record: dict[str, Any]) -> None:
        """Write a rotation's or an enforcement's record, whole; a repeat writes the same row.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        row = link_row(link, f"ROTATION#{started_at.isoformat()}#{rotation_id}")
        self._writes.put(row, {"id": rotation_id, "started_at": started_at.isoformat(), "record": record})

    def put_task(self, task: TaskRow) -> None:
        """Write a router task that waits for an answer; a repeat writes the same row.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        self._writes.put(
            link_row(task.link, f"TASK#{task.task_id}"),
            {
                "task_id": task.task_id,
                "kind": task.kind,
                "rotation": task.rotation,
                "token": task.token,
                "sent_at": task.sent_at.isoformat(),
                "deadline": task.deadline.isoformat(),
                "message": task.message,
                "expires_at": int((task.deadline + TASK_KEPT).timestamp()),
            },
        )

    def drop_task(self, link: str, task_id: str) -> None:
        """Remove a router task that waits no more; a repeat finds nothing to remove.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        row = link_row(link, f"TASK#{task_id}")
        with aws_call(f"drop the router task {task_id}"):
            self._dynamo.delete_item(TableName=self._table, Key=to_item(row))

    def _names(self, row: Row, execution: str) -> bool:
        owner = owner_of(self._read(row))
        return owner is not None and owner.execution == execution

    def _read(self, row: Row) -> dict[str, Any] | None:
        with aws_call(f"read {row['sk']} of {row['pk']}"):
            answer = self._dynamo.get_item(TableName=self._table, Key=to_item(row), ConsistentRead=True)
        return answer.get("Item")


def _rotation_rows(link: str, group: str | None) -> list[Row]:
    rows = [link_row(link, ROTATION)]
    return [*rows, group_row(group, ROTATION)] if group else rows
