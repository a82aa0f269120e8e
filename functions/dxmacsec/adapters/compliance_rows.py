"""The ledger's rows of compliance: how a link stands, and what each change of it was."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.dynamo_values import text_of, to_item
from dxmacsec.adapters.ledger_rows import change_of, change_values, link_row
from dxmacsec.compliance import Action, Remedy, Standing, Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from dxmacsec.adapters.ledger_rows import Row

COMPLIANCE = "COMPLIANCE"


def standing_row(link: str) -> Row:
    """Return the key of the row that says how a link stands: all of them are one partition, read in pages."""
    return {"pk": COMPLIANCE, "sk": link}


def verdict_row(link: str, at: datetime, version: int) -> Row:
    """Return the key of a change's record: sorted by time, and of one moment by version."""
    return link_row(link, f"VERDICT#{at.isoformat()}#{version:06}")


def standing_item(standing: Standing) -> dict[str, AttributeValueTypeDef]:
    """Return a standing as an item."""
    action, change = standing.action, standing.change
    return to_item(
        {
            **standing_row(standing.link),
            "version": standing.version,
            "status": str(standing.status),
            "reasons": standing.reasons,
            "sentence": standing.sentence,
            "since": standing.since.isoformat(),
            "seen": standing.seen,
            "keyed": standing.keyed,
            "left_alone": standing.left_alone,
            "told": standing.told,
            "change": change_values(change) if change else None,
            "action": _action_values(action) if action else None,
        }
    )


def standing_of(item: dict[str, Any]) -> Standing:
    """Return the standing that an item is."""
    return Standing(
        link=text_of(item, "sk"),
        version=int(item["version"]["N"]),
        status=Status(text_of(item, "status")),
        reasons=tuple(str(reason["S"]) for reason in item["reasons"]["L"]),
        sentence=text_of(item, "sentence"),
        since=datetime.fromisoformat(text_of(item, "since")),
        seen=text_of(item, "seen"),
        keyed=bool(item["keyed"]["BOOL"]),
        left_alone=bool(item["left_alone"]["BOOL"]),
        told=bool(item["told"]["BOOL"]),
        change=change_of(item, "change"),
        action=_action_of(item),
    )


def _action_values(action: Action) -> dict[str, str]:
    return {"remedy": str(action.remedy), "execution": action.execution, "at": action.at.isoformat()}


def _action_of(item: dict[str, Any]) -> Action | None:
    values = item["action"].get("M")
    if not values:
        return None
    at = datetime.fromisoformat(text_of(values, "at"))
    return Action(Remedy(text_of(values, "remedy")), text_of(values, "execution"), at)
