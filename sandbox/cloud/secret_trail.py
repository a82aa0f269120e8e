"""Secrets Manager's events in CloudTrail's shape: those of its rotations, of deletions and of restorations.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.account import REGION, account_of
from sandbox.cloud.cloudtrail import DETAIL_TYPE, api_call
from sandbox.cloud.envelope import envelope, iso_seconds

SERVICE = "secretsmanager.amazonaws.com"
SOURCE = "aws.secretsmanager"


def rotation_event(name: str, arn: str, token: str, message: str = "") -> dict[str, Any]:
    """Return what Secrets Manager tells of a rotation: RotationStarted, -Succeeded, -Failed or -Abandoned."""
    account = account_of(arn)
    detail = {
        **_service_event(name, account, datetime.now(UTC)),
        "userIdentity": {"accountId": account, "invokedBy": SERVICE},
        "sourceIPAddress": SERVICE,
        "userAgent": SERVICE,
        "requestParameters": None,
        "responseElements": None,
        "additionalEventData": {"SecretId": arn},
        "requestID": f"Rotation-{arn}-{token}",
    }
    if message:
        detail["errorMessage"] = message
    return envelope(SOURCE, "AWS Service Event via CloudTrail", detail, account=account)


def secret_call(
    name: str, caller: str, asked: Mapping[str, Any], answer: Mapping[str, Any], *, at: datetime
) -> dict[str, Any]:
    """Return the event of a DeleteSecret or RestoreSecret call, with its names spelled as CloudTrail spells them."""
    given = {key[0].lower() + key[1:]: value for key, value in asked.items() if value is not None}
    elements = {"name": answer["Name"], "arn": answer["ARN"]}
    if "DeletionDate" in answer:
        elements["deletionDate"] = _spoken(datetime.fromtimestamp(float(answer["DeletionDate"]), UTC))
    detail = {**api_call(SERVICE, name, caller, at), "requestParameters": given, "responseElements": elements}
    return envelope(SOURCE, DETAIL_TYPE, detail, at=at, account=account_of(answer["ARN"]))


def _spoken(moment: datetime) -> str:
    """Return a moment as CloudTrail writes it in an answer, such as `Feb 1, 2026 3:04:05 AM`."""
    return f"{moment:%b} {moment.day}, {moment.year} {moment.hour % 12 or 12}:{moment:%M:%S %p}"


def _service_event(name: str, account: str, at: datetime) -> dict[str, Any]:
    return {
        "eventVersion": "1.08",
        "eventTime": iso_seconds(at),
        "eventSource": SERVICE,
        "eventName": name,
        "awsRegion": REGION,
        "eventID": str(uuid.uuid4()),
        "eventType": "AwsServiceEvent",
        "recipientAccountId": account,
    }
