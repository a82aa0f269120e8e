"""The ledger's rows: their keys, and what a lock and a pause look like in them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from dxmacsec.adapters.dynamo_values import text_of, to_item
from dxmacsec.compliance import Change
from dxmacsec.interfaces import Note, Owner, Pause

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

ROTATION = "LOCK#rotation"
ACTING = "LOCK#acting"
PAUSE = "PAUSE"
PAUSE_ENFORCEMENT = "PAUSE#enforcement"
KEY = "KEY"
WAITING = "waiting"
"""The attribute of an `acting` lock that holds the change which waits for it."""


class Row(TypedDict):
    """The key of one row."""

    pk: str
    sk: str


def link_row(link: str, sk: str) -> Row:
    """Return the key of a link's row."""
    return {"pk": f"LINK#{link}", "sk": sk}


def group_row(group: str, sk: str) -> Row:
    """Return the key of a redundancy group's row."""
    return {"pk": f"GROUP#{group}", "sk": sk}


def lock_item(row: Row, owner: Owner) -> dict[str, AttributeValueTypeDef]:
    """Return a lock as an item."""
    return to_item({**row, "execution": owner.execution, "name": owner.name, "since": owner.since.isoformat()})


def owner_of(item: dict[str, Any] | None) -> Owner | None:
    """Return who holds the lock that an item is; None without an item."""
    if not item:
        return None
    since = datetime.fromisoformat(text_of(item, "since"))
    return Owner(text_of(item, "execution"), text_of(item, "name"), since)


def change_values(change: Change) -> dict[str, str]:
    """Return a change as plain values, for the attribute that holds it."""
    return {"event_id": change.event_id, "call": change.call, "by": change.by, "at": change.at.isoformat()}


def change_of(item: dict[str, Any] | None, name: str) -> Change | None:
    """Return the change that an attribute of an item holds; None where it has none."""
    values = (item or {}).get(name, {}).get("M")
    if not values:
        return None
    at = datetime.fromisoformat(text_of(values, "at"))
    return Change(text_of(values, "event_id"), text_of(values, "call"), text_of(values, "by"), at)


def pause_item(row: Row, pause: Pause) -> dict[str, AttributeValueTypeDef]:
    """Return a pause as an item."""
    return to_item(
        {
            **row,
            "reason": pause.reason,
            "sentence": pause.sentence,
            "by": pause.by,
            "at": pause.at.isoformat(),
        }
    )


def note_item(link: str, note: Note) -> dict[str, AttributeValueTypeDef]:
    """Return a note as an item."""
    at = note.at.isoformat()
    row = link_row(link, f"NOTE#{at}#{note.id}")
    return to_item({**row, "id": note.id, "at": at, "record": note.record})


def pause_of(item: dict[str, Any] | None) -> Pause | None:
    """Return the pause that an item is; None without an item."""
    if not item:
        return None
    at = datetime.fromisoformat(text_of(item, "at"))
    return Pause(text_of(item, "reason"), text_of(item, "sentence"), text_of(item, "by"), at)
