"""CloudTrail's record of one API call, and who it says made the call.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any, Final

from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.caller import PERSON, Caller
from sandbox.cloud.envelope import iso_seconds

DETAIL_TYPE: Final = "AWS API Call via CloudTrail"
READING: Final = ("Describe", "Get", "List")
"""How the names of calls begin that change nothing."""

_LOCALHOST = "127.0.0.1"
_USER = "user/"
"""What a principal's name begins with that is an IAM user; every other name is a role's."""


def api_call(service: str, name: str, caller: str, at: datetime) -> dict[str, Any]:
    """Return the record of a call without its parameters and its answer; `service` is the host of the service."""
    agent = caller.user_agent if isinstance(caller, Caller) else ""
    return {
        "eventVersion": "1.08",
        "userIdentity": user_identity(caller),
        "eventTime": iso_seconds(at),
        "eventSource": service,
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": _LOCALHOST,
        **({"userAgent": agent} if agent else {}),
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": name.startswith(READING),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT_ID,
        "eventCategory": "Management",
    }


def user_identity(caller: str) -> dict[str, Any]:
    """Return who a caller is: an IAM user, an AWS service, or else a role in a session."""
    if caller == PERSON or caller.startswith(_USER):
        return _user(caller.removeprefix(_USER))
    if caller.endswith(".amazonaws.com"):
        return {"type": "AWSService", "invokedBy": str(caller)}
    return _assumed_role(caller if isinstance(caller, Caller) else Caller(caller))


def _user(name: str) -> dict[str, Any]:
    return {
        "type": "IAMUser",
        "principalId": _unique_id("AIDA", name),
        "arn": f"arn:aws:iam::{ACCOUNT_ID}:user/{name}",
        "accountId": ACCOUNT_ID,
        "userName": name,
    }


def _assumed_role(caller: Caller) -> dict[str, Any]:
    """Return a role in a session; its path is in the role's own ARN, and not in the session's."""
    role, session = str(caller), caller.session
    role_id = _unique_id("AROA", role)
    issuer = {
        "type": "Role",
        "principalId": role_id,
        "arn": f"arn:aws:iam::{ACCOUNT_ID}:role{caller.path}{role}",
        "accountId": ACCOUNT_ID,
        "userName": role,
    }
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{role}/{session}",
        "accountId": ACCOUNT_ID,
        "sessionContext": {"sessionIssuer": issuer},
    }


def _unique_id(prefix: str, name: str) -> str:
    """Return an id in IAM's form, the same one for a name each time."""
    return prefix + hashlib.sha256(name.encode()).hexdigest()[:17].upper()
