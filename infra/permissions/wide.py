"""Where a policy says `*`, and why nothing narrower would do. A test fails on one that is not here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.names import KEY_SECRET_PREFIX, MEMBER_ROLE_PREFIX, ORGANISATION_MAP, ROTATE_ORGANISATION, SHELF_RUNS

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHOLE_REGION = "a describe without an id reads the whole Region and is for no single ARN"
_NO_RESOURCE = "AWS knows no resource for it"
_LOG_DELIVERY = "CloudWatch's log deliveries know no resource; a Standard machine with a log needs them"
_TRACES = "X-Ray knows no resource for what takes traces"

ON_ANYTHING: Mapping[str, str] = {
    "directconnect:DescribeConnections": _WHOLE_REGION,
    "directconnect:DescribeInterconnects": _WHOLE_REGION,
    "directconnect:DescribeLags": _WHOLE_REGION,
    "directconnect:DescribeLocations": "a location is nobody's",
    "directconnect:ListResiliencyGroupAssociations": _NO_RESOURCE,
    "directconnect:ListResiliencyGroups": _NO_RESOURCE,
    "kms:GenerateRandom": "it concerns no key",
    "logs:CreateLogDelivery": _LOG_DELIVERY,
    "logs:DeleteLogDelivery": _LOG_DELIVERY,
    "logs:DescribeLogGroups": _LOG_DELIVERY,
    "logs:DescribeResourcePolicies": _LOG_DELIVERY,
    "logs:GetLogDelivery": _LOG_DELIVERY,
    "logs:ListLogDeliveries": _LOG_DELIVERY,
    "logs:PutResourcePolicy": _LOG_DELIVERY,
    "logs:UpdateLogDelivery": _LOG_DELIVERY,
    "secretsmanager:ListSecrets": "a list is of the whole Region; it has names and labels, no values",
    "xray:GetSamplingRules": _TRACES,
    "xray:GetSamplingTargets": _TRACES,
    "xray:PutTelemetryRecords": _TRACES,
    "xray:PutTraceSegments": _TRACES,
}
"""Actions of roles that stand on every resource."""

PATTERNS: Mapping[str, str] = {
    "directconnect:…:dxcon/*": "the account's own links, not known when the stack is made",
    "directconnect:…:dxlag/*": "the account's own links, not known when the stack is made",
    f"secretsmanager:…:secret:{KEY_SECRET_PREFIX}*": "one key secret a link, under the product's own prefix",
    "secretsmanager:…:secret:directconnect!*": "Direct Connect names them; they are described, never read",
    "states:…:execution:dxmacsec-RotateKey:*": "an execution's ARN ends in its own name",
    "states:…:execution:dxmacsec-EnforceEncryption:*": "an execution's ARN ends in its own name",
    "states:…:execution:dxmacsec-RotateFleet:*": "an execution's ARN ends in its own name",
    "states:…:execution:dxmacsec-RecoverLink:*": "an execution's ARN ends in its own name",
}
"""Resources of a member's roles that end in `*`."""

COORDINATOR_PATTERNS: Mapping[str, str] = {
    f"iam::*:role/{MEMBER_ROLE_PREFIX}*": "one role a member, in accounts of the own organisation only (a condition)",
    f"states:…:execution:{ROTATE_ORGANISATION}:*": "an execution's ARN ends in its own name",
    f"states:…:execution:{ROTATE_ORGANISATION}/{ORGANISATION_MAP}:*": "Step Functions names the executions of a Map",
    f"…/{SHELF_RUNS}*": "the shelf: each run has its own folder, named by its execution",
}
"""Resources of the coordinator's roles that end in `*`; on `*` stand only its logs and traces, as a member's."""

WIDE_ACTIONS: Mapping[str, str] = {
    "deny sqs:*": "a queue's policy forbids everything that does not come over TLS",
    "allow kms:GenerateDataKey*": "what AWS asks for of a service that publishes to an encrypted topic; topics only",
}
"""Actions with a `*`, all of them in policies of resources: no role has any."""

COORDINATOR_WIDE_ACTIONS: Mapping[str, str] = {
    **WIDE_ACTIONS,
    "deny s3:*": "the shelf's policy forbids everything that does not come over TLS",
}
"""The same of the coordinator."""
