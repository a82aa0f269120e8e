"""Secrets Manager's events in CloudTrail's shape: those of its rotations, and the one of a deletion.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.envelope import envelope, iso_seconds

SERVICE = "secretsmanager.amazonaws.com"
SOURCE = "aws.secretsmanager"


def rotation_event(name: str, arn: str, token: str, message: str = "") -> dict[str, Any]:
    """Return what Secrets Manager tells of a rotation: RotationStarted, -Succeeded, -Failed or -Abandoned."""
    detail = {
        **_detail(name, "AwsServiceEvent", datetime.now(UTC)),
        "userIdentity": {"accountId": ACCOUNT_ID, "invokedBy": SERVICE},
        "sourceIPAddress": SERVICE,
        "userAgent": SERVICE,
        "requestParameters": None,
        "responseElements": None,
        "additionalEventData": {"SecretId": arn},
        "requestID": f"Rotation-{arn}-{token}",
    }
    if message:
        detail["errorMessage"] = message
    return envelope(SOURCE, "AWS Service Event via CloudTrail", detail)


def deleted(asked: Mapping[str, Any], answer: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """Return the event of a person's DeleteSecret call, with its names spelled as CloudTrail spells them."""
    parameters = {"secretId": asked["SecretId"]}
    if asked.get("ForceDeleteWithoutRecovery") is not None:
        parameters["forceDeleteWithoutRecovery"] = asked["ForceDeleteWithoutRecovery"]
    detail = {
        **_detail("DeleteSecret", "AwsApiCall", at),
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT_ID}:user/person"},
        "requestParameters": parameters,
        "responseElements": {"name": answer["Name"], "arn": answer["ARN"]},
        "requestID": str(uuid.uuid4()),
    }
    return envelope(SOURCE, "AWS API Call via CloudTrail", detail, at=at)


def _detail(name: str, kind: str, at: datetime) -> dict[str, Any]:
    return {
        "eventVersion": "1.08",
        "eventTime": iso_seconds(at),
        "eventSource": SERVICE,
        "eventName": name,
        "awsRegion": REGION,
        "eventID": str(uuid.uuid4()),
        "eventType": kind,
        "recipientAccountId": ACCOUNT_ID,
    }
