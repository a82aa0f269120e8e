"""What Secrets Manager tells on the bus, read into typed views.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dxmacsec.errors import BadInput
from dxmacsec.model import without_keys
from dxmacsec.policy.callers import made_by_us
from dxmacsec.policy.event_fields import maybe, part, text, time

LONGEST_MESSAGE = 1000
EVENT_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class Happening(StrEnum):
    """What CloudTrail names, as far as people are told of it."""

    FAILED = "RotationFailed"
    ABANDONED = "RotationAbandoned"
    DELETED = "DeleteSecret"


@dataclass(frozen=True, slots=True)
class LabelMoved:
    """A staging label is on another version now."""

    event_id: str
    secret: str
    version_id: str


@dataclass(frozen=True, slots=True)
class SecretTrouble:
    """Something happened to a secret; `own` says that a role of ours made the call."""

    happening: Happening
    secret: str
    at: datetime
    message: str = ""
    for_ever: bool = False
    refused: bool = False
    own: bool = False


def read_label_moved(event: object) -> LabelMoved:
    """Read a `Secret Label Updated` event.

    Raises:
        BadInput: a field is missing or malformed; the message names it.
    """
    event_id = text(event, "id")
    if not EVENT_ID.fullmatch(event_id):
        message = "id: expected the id of an event, letters, digits and hyphens"
        raise BadInput(message)
    detail = part(event, "detail")
    return LabelMoved(event_id, text(detail, "name"), text(detail, "versionId"))


def read_trouble(event: object) -> SecretTrouble:
    """Read one of the CloudTrail events that people are told of.

    Secrets Manager's own events have the ARN in `additionalEventData`, those of calls in their answer, where
    it was spelled `aRN` before 2024.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html

    Raises:
        BadInput: a field is missing or malformed; the message names it.
    """
    detail = part(event, "detail")
    name = text(detail, "eventName")
    if name not in set(Happening):
        message = f"eventName: expected one of {', '.join(Happening)}"
        raise BadInput(message)
    asked = maybe(detail, "requestParameters")
    return SecretTrouble(
        happening=Happening(name),
        secret=secret_of(detail),
        at=time(detail, "eventTime"),
        message=without_keys(str(detail.get("errorMessage") or ""), LONGEST_MESSAGE),
        for_ever=asked.get("forceDeleteWithoutRecovery") is True,
        refused="errorCode" in detail,
        own=made_by_us(event, detail),
    )


def secret_of(detail: Mapping[str, Any]) -> str:
    """Return the secret that CloudTrail's record of a call or of Secrets Manager's own doing is about.

    Raises:
        BadInput: it names none.
    """
    asked = maybe(detail, "requestParameters")
    answer, more = maybe(detail, "responseElements"), maybe(detail, "additionalEventData")
    named = (more.get("SecretId"), answer.get("arn"), answer.get("aRN"), answer.get("ARN"), asked.get("secretId"))
    found = next((name for name in named if isinstance(name, str) and name), None)
    if found is None:
        message = "additionalEventData.SecretId, responseElements.arn or requestParameters.secretId: missing"
        raise BadInput(message)
    return found
