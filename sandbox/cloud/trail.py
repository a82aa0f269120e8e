"""The trail: each Direct Connect call as the event that CloudTrail puts on the bus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sandbox.cloud.account import ACCOUNT_ID
from sandbox.cloud.cloudtrail import DETAIL_TYPE, api_call
from sandbox.cloud.envelope import envelope, iso_seconds
from sandbox.cloud.moto_patches import Event
from sandbox.cloud.vocabulary import Json

if TYPE_CHECKING:
    from sandbox.twin import CallRecord

SERVICE: Final = "directconnect.amazonaws.com"
MASK: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""What stands for the CAK; whether AWS writes just this is W23 (docs/design.md)."""


def trail(publish: Callable[[Event], None], account: str) -> Callable[[CallRecord], None]:
    """Return the observer of an account's twin that publishes each call."""

    def observe(record: CallRecord) -> None:
        publish(event_of(record, account))

    return observe


def event_of(record: CallRecord, account: str = ACCOUNT_ID) -> dict[str, Any]:
    """Return the event of one call, with the CAK masked; the answer is there only for calls that change something."""
    detail = api_call(SERVICE, record.operation, record.principal, record.at)
    detail |= {
        "recipientAccountId": account,
        "requestParameters": _masked(record.parameters),
        "responseElements": None if detail["readOnly"] else _plain(record.answer),
    }
    if record.error is not None:
        detail |= {"errorCode": record.error.code, "errorMessage": record.error.message}
    return envelope("aws.directconnect", DETAIL_TYPE, detail, at=record.at, account=account)


def _masked(parameters: Json) -> Json:
    return {name: MASK if name.lower() == "cak" else _plain(value) for name, value in dict(parameters or {}).items()}


def _plain(value: Json) -> Json:
    """Return a value as the record holds it: moments as text."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return iso_seconds(value) if hasattr(value, "astimezone") else value
