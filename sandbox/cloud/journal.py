"""The journal of calls: who called which action on what, without a single value of a secret."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.account import ACCOUNT_ID
from sandbox.cloud.caller import Caller

RESOURCE_FIELDS = frozenset(
    {
        "BucketName",
        "FunctionName",
        "KeyId",
        "Name",
        "ProductArn",
        "QueueUrl",
        "RoleArn",
        "SecretId",
        "StackName",
        "TableName",
        "TopicArn",
        "connectionId",
        "executionArn",
        "interconnectId",
        "lagId",
        "logGroupName",
        "secretARN",
        "stateMachineArn",
    }
)
"""Request fields that name a resource. Everything else of a request is left out, so a CAK can't get in."""


@dataclass(frozen=True)
class Call:
    """One request that reached the embedded AWS, by a principal of an account."""

    at: datetime
    principal: str
    service: str
    action: str
    resources: tuple[str, ...] = ()
    account: str = ACCOUNT_ID

    def to_json(self) -> dict[str, Any]:
        """Return the call as a JSON document."""
        return {**asdict(self), "at": self.at.isoformat(), "resources": list(self.resources)}


def resources_in(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the resources that a request's parameters mention, in a stable order."""
    named = {str(value) for name, value in parameters.items() if name in RESOURCE_FIELDS and value}
    for item in parameters.get("TransactItems", []):
        named |= {str(part["TableName"]) for part in item.values() if "TableName" in part}
    named |= {str(table) for table in parameters.get("RequestItems", {})}
    return tuple(sorted(named))


class Journal:
    """All calls since the start, in order of arrival; safe to use from several threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._calls: list[Call] = []
        self._lock = threading.Lock()

    def record(self, caller: Caller, service: str, action: str, resources: tuple[str, ...] = ()) -> None:
        """Add a call."""
        call = Call(datetime.now(UTC), str(caller), service, action, resources, caller.account)
        with self._lock:
            self._calls.append(call)

    def calls(self, principal: str | None = None, service: str | None = None, account: str | None = None) -> list[Call]:
        """Return the calls so far, of one principal, to one service or of one account if asked."""
        with self._lock:
            calls = list(self._calls)
        asked = ((principal, "principal"), (service, "service"), (account, "account"))
        return [call for call in calls if all(wanted in (None, getattr(call, name)) for wanted, name in asked)]
