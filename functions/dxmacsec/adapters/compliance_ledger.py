"""The ledger's rows of compliance: standings, the records of their changes, and who waits for a lock.

Beside the rows of a link (`ledger.py`): `COMPLIANCE` / `<link>` is how the link stands, and
`LINK#<id>` / `VERDICT#<written at>#<version>` is one change of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.compliance_rows import COMPLIANCE, standing_item, standing_of, standing_row, verdict_row
from dxmacsec.adapters.dynamo_values import text_of, to_item
from dxmacsec.adapters.ledger_reads import LedgerReads, name_in
from dxmacsec.adapters.ledger_rows import (
    ACTING,
    KEY,
    PAUSE,
    PAUSE_ENFORCEMENT,
    WAITING,
    change_values,
    link_row,
    owner_of,
    pause_of,
)
from dxmacsec.adapters.ledger_writes import ABSENT, OURS, LedgerWrites

if TYPE_CHECKING:
    from collections.abc import Collection

    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from dxmacsec.adapters.ledger_rows import Row
    from dxmacsec.compliance import Change, Standing
    from dxmacsec.interfaces import Clock, Owner, Pause

VERSION_NAME = {"#version": "version"}
OF_VERSION = "#version = :version"


class DynamoComplianceLedger:
    """Consistent reads in batches; each write is conditional on the version that was read."""

    def __init__(self, dynamo: DynamoDBClient, table: str, clock: Clock) -> None:
        """Take a low-level client of DynamoDB, the table's name, and the clock that dates the records."""
        self._table = table
        self._clock = clock
        self._reads = LedgerReads(dynamo, table)
        self._writes = LedgerWrites(dynamo, table)

    def standings(self, links: Collection[str]) -> dict[str, Standing]:
        """Read how links stood; one that was never judged is missing.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        items = self._reads.rows([standing_row(link) for link in links])
        return {text_of(item, "sk"): standing_of(item) for item in items}

    def all_standings(self) -> dict[str, Standing]:
        """Read how every link stood that was ever judged and not retired, in pages.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return {text_of(item, "sk"): standing_of(item) for item in self._reads.partition(COMPLIANCE)}

    def note_standing(self, standing: Standing, record: dict[str, Any] | None) -> bool:
        """Write the next version of a standing, and with it the record of the change, both or none.

        False when somebody else wrote a version meanwhile; a repeat of the same version is such a False.

        Raises:
            Transient: AWS is slow, failed, or gave no answer, or another transaction is in the way.
        """
        put = {"TableName": self._table, "Item": standing_item(standing), **_on_top_of(standing.version - 1)}
        writes: list[Any] = [{"Put": put}]
        if record is not None:
            writes.append(self._record(standing.link, standing.version, record))
        return self._writes.change(writes, f"write how {standing.link} stands")

    def mark_told(self, link: str, version: int) -> None:
        """Note that the world heard of a version; another version stays as it is, and so does a repeat's.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        self._writes.update(
            f"note that {link} is told",
            Key=to_item(standing_row(link)),
            UpdateExpression="SET told = :told",
            ConditionExpression=OF_VERSION,
            ExpressionAttributeNames=VERSION_NAME,
            ExpressionAttributeValues=to_item({":told": True, ":version": version}),
        )

    def acting(self, links: Collection[str]) -> dict[str, Owner]:
        """Read who is changing which link now.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        found = ((name_in(item), owner_of(item)) for item in self._of_links(links, ACTING))
        return {link: owner for link, owner in found if owner}

    def wait_for_acting(self, link: str, owner: Owner, change: Change) -> bool:
        """Leave word at an `acting` lock that a change waits for it; False when that owner holds it no more.

        The last word stays: one look answers for all changes before it, and so for a repeat's. A sweep, which
        names nobody, overwrites no one's.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        word = ":change" if change.event_id else f"if_not_exists({WAITING}, :change)"
        return self._writes.update(
            f"wait for {link}",
            Key=to_item(link_row(link, ACTING)),
            UpdateExpression=f"SET {WAITING} = {word}",
            ConditionExpression=OURS,
            ExpressionAttributeValues=to_item({":change": change_values(change), ":execution": owner.execution}),
        )

    def enforcement_pauses(self, links: Collection[str]) -> dict[str, Pause]:
        """Read for which links enforcement is paused.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        found = ((name_in(item), pause_of(item)) for item in self._of_links(links, PAUSE_ENFORCEMENT))
        return {link: pause for link, pause in found if pause}

    def retire(self, link: str, version: int, record: dict[str, Any]) -> bool:
        """Write the last record of a link and remove its standing, age and pauses, all or none.

        False when it stood otherwise; a repeat is such a False. Locks and records stay.

        Raises:
            Transient: AWS is slow, failed, or gave no answer, or another transaction is in the way.
        """
        writes: list[TransactWriteItemTypeDef] = [
            self._record(link, version + 1, record),
            {
                "Delete": {
                    "TableName": self._table,
                    "Key": to_item(standing_row(link)),
                    "ConditionExpression": OF_VERSION,
                    "ExpressionAttributeNames": VERSION_NAME,
                    "ExpressionAttributeValues": to_item({":version": version}),
                }
            },
            *(self._removal(link_row(link, sk)) for sk in (KEY, PAUSE, PAUSE_ENFORCEMENT)),
        ]
        return self._writes.change(writes, f"retire {link}")

    def _of_links(self, links: Collection[str], sk: str) -> list[dict[str, Any]]:
        return list(self._reads.rows([link_row(link, sk) for link in links]))

    def _record(self, link: str, version: int, record: dict[str, Any]) -> TransactWriteItemTypeDef:
        at = self._clock.now()
        values = {**verdict_row(link, at, version), "version": version, "at": at.isoformat(), "record": record}
        return {"Put": {"TableName": self._table, "Item": to_item(values)}}

    def _removal(self, row: Row) -> TransactWriteItemTypeDef:
        return {"Delete": {"TableName": self._table, "Key": to_item(row)}}


def _on_top_of(version: int) -> dict[str, Any]:
    """Return the condition that a standing is of this version, or not there at all."""
    if not version:
        return {"ConditionExpression": ABSENT}
    values = to_item({":version": version})
    return {
        "ConditionExpression": OF_VERSION,
        "ExpressionAttributeNames": VERSION_NAME,
        "ExpressionAttributeValues": values,
    }
