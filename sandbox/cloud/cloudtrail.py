"""CloudTrail's record of one API call, and who it says made the call.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any, Final

from sandbox.cloud.account import REGION
from sandbox.cloud.caller import Caller
from sandbox.cloud.envelope import iso_seconds

DETAIL_TYPE: Final = "AWS API Call via CloudTrail"
READING: Final = ("Describe", "Get", "List")
"""How the names of calls begin that change nothing."""

_LOCALHOST = "127.0.0.1"


def api_call(service: str, name: str, caller: str, at: datetime) -> dict[str, Any]:
    """Return the record of a call without its parameters and its answer; `service` is the host of the service.

    Every call is about the caller's own account.
    """
    caller = _whole(caller)
    agent = caller.user_agent
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
        "recipientAccountId": caller.account,
        "eventCategory": "Management",
    }


def user_identity(caller: str) -> dict[str, Any]:
    """Return who a caller is: an IAM user, an AWS service, or else a role in a session."""
    caller = _whole(caller)
    if caller.service:
        return {"type": "AWSService", "invokedBy": caller.service}
    return _user(caller) if caller.user else _assumed_role(caller)


def _whole(caller: str) -> Caller:
    return caller if isinstance(caller, Caller) else Caller(caller)


def _user(caller: Caller) -> dict[str, Any]:
    return {
        "type": "IAMUser",
        "principalId": _unique_id("AIDA", caller.user),
        "arn": caller.principal_arn,
        "accountId": caller.account,
        "userName": caller.user,
    }


def _assumed_role(caller: Caller) -> dict[str, Any]:
    """Return a role in a session; its path is in the role's own ARN, and not in the session's."""
    role_id = _unique_id("AROA", str(caller))
    issuer = {
        "type": "Role",
        "principalId": role_id,
        "arn": caller.principal_arn,
        "accountId": caller.account,
        "userName": str(caller),
    }
    return {
        "type": "AssumedRole",
        "principalId": f"{role_id}:{caller.session}",
        "arn": caller.session_arn,
        "accountId": caller.account,
        "sessionContext": {"sessionIssuer": issuer},
    }


def _unique_id(prefix: str, name: str) -> str:
    """Return an id in IAM's form, the same one for a name each time."""
    return prefix + hashlib.sha256(name.encode()).hexdigest()[:17].upper()
