"""The ledger's rows about the whole fleet: ages of keys, maintenance, the fleet's lock; read in batches.

Beside the rows of a link (`ledger.py`): `LINK#<id>` / `KEY` says since when a link uses its key,
`MAINTENANCE` / `<event>` is what AWS Health announced, `FLEET` holds the lock, when the organisation's coordinator
spoke last, and the records of runs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import aws_call
from dxmacsec.adapters.dynamo_values import text_of, to_item
from dxmacsec.adapters.ledger_reads import LedgerReads, name_in
from dxmacsec.adapters.ledger_rows import KEY, PAUSE, ROTATION, group_row, link_row, lock_item, owner_of, pause_of
from dxmacsec.adapters.ledger_writes import LedgerWrites
from dxmacsec.fleet import KeySince, Maintenance

if TYPE_CHECKING:
    from collections.abc import Collection

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from dxmacsec.adapters.ledger_rows import Row
    from dxmacsec.interfaces import Owner, Pause

MAINTENANCE = "MAINTENANCE"
FLEET_LOCK: Row = {"pk": "FLEET", "sk": ROTATION}
COORDINATOR: Row = {"pk": "FLEET", "sk": "COORDINATOR"}

MAINTENANCE_KEPT = timedelta(days=14)
"""How long a maintenance that nobody closed stays readable after its end, or after its start without one."""


class DynamoFleetLedger:
    """Batches of consistent reads, and writes that a repeat finds done."""

    def __init__(self, dynamo: DynamoDBClient, table: str) -> None:
        """Take a low-level client of DynamoDB and the table's name."""
        self._dynamo = dynamo
        self._table = table
        self._reads = LedgerReads(dynamo, table)
        self._writes = LedgerWrites(dynamo, table)

    def key_since(self, links: Collection[str]) -> dict[str, KeySince]:
        """Read since when links use their keys; a link that nobody wrote down is missing.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        items = self._reads.rows([link_row(link, KEY) for link in links])
        return {name_in(item): _key_since(item) for item in items}

    def set_key_since(self, link: str, key: KeySince) -> None:
        """Write down since when a link uses its key; a repeat writes the same row.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        values = {"ckn": key.ckn, "since": key.since.isoformat(), "rotation": key.rotation}
        self._writes.put(link_row(link, KEY), values)

    def pauses(self, links: Collection[str]) -> dict[str, Pause]:
        """Read which links' automation is paused.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        items = self._reads.rows([link_row(link, PAUSE) for link in links])
        found = ((name_in(item), pause_of(item)) for item in items)
        return {link: pause for link, pause in found if pause}

    def rotating(self, links: Collection[str], groups: Collection[str]) -> dict[str, Owner]:
        """Read who rotates links or groups now, by the link's id or the group's name.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        rows = [link_row(link, ROTATION) for link in links] + [group_row(group, ROTATION) for group in groups]
        found = ((name_in(item), owner_of(item)) for item in self._reads.rows(rows))
        return {name: owner for name, owner in found if owner}

    def maintenances(self) -> tuple[Maintenance, ...]:
        """Read every maintenance that is known.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return tuple(_maintenance(item) for item in self._reads.partition(MAINTENANCE))

    def put_maintenance(self, maintenance: Maintenance) -> None:
        """Write a maintenance down; the links that another page of the event named stay, and so do a repeat's.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        kept_until = (maintenance.end or maintenance.start) + MAINTENANCE_KEPT
        values = to_item(
            {
                ":start": maintenance.start.isoformat(),
                ":end": maintenance.end.isoformat() if maintenance.end else None,
                ":what": maintenance.what,
                ":expires_at": int(kept_until.timestamp()),
            }
        )
        update = "SET #start = :start, #end = :end, #what = :what, expires_at = :expires_at"
        if maintenance.links:
            update += " ADD links :links"
            values[":links"] = {"SS": list(maintenance.links)}
        with aws_call(f"write the maintenance {maintenance.event}"):
            self._dynamo.update_item(
                TableName=self._table,
                Key=to_item({"pk": MAINTENANCE, "sk": maintenance.event}),
                UpdateExpression=update,
                ExpressionAttributeNames={"#start": "start", "#end": "end", "#what": "what"},
                ExpressionAttributeValues=values,
            )

    def drop_maintenance(self, event: str) -> None:
        """Forget a maintenance that is closed; a repeat finds nothing to forget.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        with aws_call(f"forget the maintenance {event}"):
            self._dynamo.delete_item(TableName=self._table, Key=to_item({"pk": MAINTENANCE, "sk": event}))

    def take_fleet(self, owner: Owner) -> Owner | None:
        """Take the fleet's lock; returns None when it is ours, also before, else who holds it.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        return owner_of(self._writes.take([lock_item(FLEET_LOCK, owner)]))

    def free_fleet(self, execution: str) -> None:
        """Free the fleet's lock if this execution holds it; a repeat finds nothing to free.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        self._writes.free(FLEET_LOCK, execution)

    def note_coordinator(self, run: str, at: datetime) -> None:
        """Note that the organisation's coordinator spoke; a repeat notes the same.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        self._writes.put(COORDINATOR, {"run": run, "at": at.isoformat()})

    def coordinator_spoke_at(self) -> datetime | None:
        """Read when the organisation's coordinator spoke last; None when it never did.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        item = next(self._reads.rows([COORDINATOR]), None)
        return datetime.fromisoformat(text_of(item, "at")) if item else None

    def fleet_record(self, run: str, started_at: datetime, record: dict[str, Any]) -> None:
        """Write a fleet run's record, whole; a repeat writes the same row.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
        """
        row: Row = {"pk": FLEET_LOCK["pk"], "sk": f"RUN#{started_at.isoformat()}#{run}"}
        self._writes.put(row, {"id": run, "started_at": started_at.isoformat(), "record": record})


def _key_since(item: dict[str, Any]) -> KeySince:
    return KeySince(text_of(item, "ckn"), datetime.fromisoformat(text_of(item, "since")), text_of(item, "rotation"))


def _maintenance(item: dict[str, Any]) -> Maintenance:
    start = datetime.fromisoformat(text_of(item, "start"))
    end = datetime.fromisoformat(text_of(item, "end")) if "S" in item["end"] else None
    links = tuple(sorted(item["links"]["SS"])) if "links" in item else ()
    return Maintenance(text_of(item, "sk"), links, start, end, text_of(item, "what"))
