"""What started an execution: read from its name and its input, and from CloudTrail where that may be read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dxmacsec.adapters.aws_errors import SdkError, error_code
from dxmacsec.policy import own_material
from dxmacsec.policy.end_words import ASKED_BY_SECRETS_MANAGER
from dxmacsec.policy.waves import FLEET_REASON

NEAR = timedelta(minutes=15)
"""How far from its start the event of a start may be dated."""

MOST_PAGES = 10
"""LookupEvents answers twice a second, fifty events each: this is five seconds.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

SIGNED = re.compile(r"asked by (?P<who>arn:\S+?)\)?$")
"""How `dxmacsec rotate` signs a reason."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an execution's name and input say: the trigger, a sentence, and the run over the fleet it belongs to."""

    trigger: str
    sentence: str
    fleet_run: str | None = None


@dataclass(frozen=True, slots=True)
class Starter:
    """What CloudTrail says of a start; `unknown` says why it says nothing, and the rest is empty then."""

    who: str = ""
    source_ip: str = ""
    user_agent: str = ""
    event_id: str = ""
    at: datetime | None = None
    unknown: str = ""


def origin_of(execution_id: str, record: dict[str, Any]) -> Origin:
    """Return what started a rotation or an enforcement; the order goes from the surest mark to none."""
    if "enforcement" in record:
        return _of_enforcement(execution_id, record)
    asked = record.get("asked") or {}
    reason = str(asked.get("reason") or "")
    if reason.startswith(FLEET_REASON) and execution_id.endswith(f"-{record['link']}"):
        run = reason.removeprefix(FLEET_REASON).partition(",")[0]
        found = "compliance handed the link to RotateFleet" if run.startswith("compliance-") else "a run of RotateFleet"
        return Origin("RotateFleet", f"{found}: {run}", run)
    if asked.get("version_id") == execution_id and reason == ASKED_BY_SECRETS_MANAGER:
        return Origin("SecretsManager", "Secrets Manager asked for the rotation (RotateSecret); the id is its token.")
    if execution_id.startswith("label-") and reason == own_material.REASON:
        moved = execution_id.removeprefix("label-")
        return Origin("OwnKey", f"Somebody made a pair of their own AWSCURRENT in the key secret (event {moved}).")
    signed = SIGNED.search(reason)
    if signed:
        return Origin("Command", f"{signed['who']} asked for it by the dxmacsec command, as the reason says.")
    return Origin("StartExecution", "A person or a program started the state machine directly.")


def _of_enforcement(execution_id: str, record: dict[str, Any]) -> Origin:
    if record.get("owner") != record.get("execution"):
        return Origin("RotateKey", f"It is part of {str(record.get('owner')).rpartition(':')[2]}.")
    if execution_id.startswith("compliance-"):
        return Origin("Compliance", str(record.get("asked_reason") or "Compliance found the mode not enforced."))
    return Origin("StartExecution", "A person or a program started the state machine directly.")


class TrailReader:
    """Asks CloudTrail's event history, which is there without any trail, for 90 days."""

    def __init__(self, cloud_trail: Any) -> None:  # noqa: ANN401 - the SDK makes the class at run time
        """Take a client of CloudTrail."""
        self._cloud_trail = cloud_trail

    def starter(self, execution: str, started_at: datetime) -> Starter:
        """Return who called StartExecution; the evidence stands without it, so a refusal is a word in it, no error."""
        more: dict[str, Any] = {}
        for _ in range(MOST_PAGES):
            try:
                page = self._cloud_trail.lookup_events(
                    LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "StartExecution"}],
                    StartTime=started_at - NEAR,
                    EndTime=started_at + NEAR,
                    **more,
                )
            except SdkError as error:
                code = error_code(error) or type(error).__name__
                return Starter(unknown=f"CloudTrail could not be read ({code}).")
            for event in page["Events"]:
                found = _starter(json.loads(event["CloudTrailEvent"]), execution)
                if found:
                    return found
            if not page.get("NextToken"):
                return Starter(
                    unknown="CloudTrail has no event of this start (events come minutes late, stay 90 days)."
                )
            more = {"NextToken": page["NextToken"]}
        return Starter(
            unknown="CloudTrail has too many starts around this moment; look for the execution's name there."
        )


def _starter(event: dict[str, Any], execution: str) -> Starter | None:
    """Return who an event names, if it is the one of this execution and the start was not refused."""
    asked, answered = event.get("requestParameters") or {}, event.get("responseElements") or {}
    machine, name = execution.replace(":execution:", ":stateMachine:").rsplit(":", 1)
    by_name = (asked.get("stateMachineArn"), asked.get("name")) == (machine, name)
    if event.get("errorCode") or not (by_name or answered.get("executionArn") == execution):
        return None
    identity = event.get("userIdentity") or {}
    at = datetime.fromisoformat(str(event["eventTime"])).astimezone(UTC)
    return Starter(
        who=str(identity.get("arn") or identity.get("invokedBy") or identity.get("principalId") or ""),
        source_ip=str(event.get("sourceIPAddress") or ""),
        user_agent=str(event.get("userAgent") or ""),
        event_id=str(event.get("eventID") or ""),
        at=at,
    )
