"""What a finding says, in AWS's own finding format (ASFF).

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dxmacsec.compliance import Status

if TYPE_CHECKING:
    from dxmacsec.adapters.home import Home
    from dxmacsec.compliance import Judgement, Standing
    from dxmacsec.model import Link

SCHEMA_VERSION = "2018-10-08"
GENERATOR = "dxmacsec-compliance"
TYPE = "Software and Configuration Checks/Industry and Regulatory Standards"
"""https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#Types"""
MOST_TITLE, MOST_DESCRIPTION, MOST_FIELD = 256, 1024, 2048

SEVERITY = {Status.NON_COMPLIANT: "HIGH", Status.WARNING: "MEDIUM"}
NO_SEVERITY = "INFORMATIONAL"
COMPLIANCE = {Status.NON_COMPLIANT: "FAILED", Status.WARNING: "WARNING", Status.COMPLIANT: "PASSED"}
NO_COMPLIANCE = "NOT_AVAILABLE"
SETTLED = frozenset({Status.COMPLIANT, Status.NOT_APPLICABLE})
"""How a link stands when there is nothing to see: its finding is archived."""

Finding = dict[str, Any]


def link_finding(link: Link, judgement: Judgement, standing: Standing, home: Home, now: datetime) -> Finding:
    """Return the finding of a link as it stands now."""
    status = judgement.status
    seen = {
        "Verdict": judgement.reason,
        "Reasons": ", ".join(judgement.reasons),
        "Status": str(status),
        "Kind": str(link.kind),
        "State": link.state,
        "EncryptionMode": link.mode or "",
        "Name": link.name,
        "Location": link.location,
    }
    return {
        **_frame(link.id, standing, home, now),
        "Title": f"MACsec of {link.id}: {judgement.reason}"[:MOST_TITLE],
        "Description": _shortened(judgement.sentence, MOST_DESCRIPTION),
        "FindingProviderFields": _provider_fields(SEVERITY.get(status, NO_SEVERITY)),
        "Remediation": {"Recommendation": {"Text": f"docs/runbook.md, heading {judgement.reason}: what to type next."}},
        "Resources": [_resource(link.id, home, seen)],
        "Compliance": {"Status": COMPLIANCE.get(status, NO_COMPLIANCE)},
        "RecordState": "ARCHIVED" if status in SETTLED else "ACTIVE",
    }


def closed_finding(link_id: str, standing: Standing, sentence: str, home: Home, now: datetime) -> Finding:
    """Return the finding of a link that is no more: archived, with what became of it."""
    return {
        **_frame(link_id, standing, home, now),
        "Title": f"MACsec of {link_id}: no link any more",
        "Description": _shortened(sentence, MOST_DESCRIPTION),
        "FindingProviderFields": _provider_fields(NO_SEVERITY),
        "Resources": [_resource(link_id, home, {"LastReasons": ", ".join(standing.reasons)})],
        "Compliance": {"Status": NO_COMPLIANCE},
        "RecordState": "ARCHIVED",
    }


def _frame(link_id: str, standing: Standing, home: Home, now: datetime) -> Finding:
    """Return what every finding has: who we are, whose finding it is, and when.

    Its id is the link's, so that a later one updates it; Security Hub ignores one that is not newer, and
    adds what it made itself, such as a person's workflow status, to the one that it has.
    https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
    """
    return {
        "SchemaVersion": SCHEMA_VERSION,
        "Id": f"dxmacsec/{home.region}/{home.account}/{link_id}",
        "ProductArn": home.arn("securityhub", f"product/{home.account}/default"),
        "GeneratorId": GENERATOR,
        "AwsAccountId": home.account,
        "CreatedAt": _moment(min(standing.since, now)),
        "UpdatedAt": _moment(now),
        "ProductFields": _told(standing),
    }


def _told(standing: Standing) -> dict[str, str]:
    """Return who made the change and what we did, each where it is known: none of them may be empty."""
    change, action = standing.change, standing.action
    fields = {
        "dxmacsec/Version": str(standing.version),
        "dxmacsec/ChangeCall": change.call if change else "",
        "dxmacsec/ChangedBy": change.by if change else "",
        "dxmacsec/Remedy": str(action.remedy) if action else "",
        "dxmacsec/Execution": action.execution if action else "",
    }
    return {name: _shortened(value, MOST_FIELD) for name, value in fields.items() if value}


def _provider_fields(severity: str) -> dict[str, Any]:
    """Return severity and type where an update may change them: at the top they are the hub's own.

    https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
    """
    return {"Severity": {"Label": severity}, "Types": [TYPE]}


def _resource(link_id: str, home: Home, seen: dict[str, str]) -> dict[str, Any]:
    kind = "dxlag" if link_id.startswith("dxlag-") else "dxcon"
    return {
        "Type": "Other",
        "Id": home.arn("directconnect", f"{kind}/{link_id}"),
        "Partition": home.partition,
        "Region": home.region,
        "Details": {"Other": {name: value for name, value in seen.items() if value}},
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
