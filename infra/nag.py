"""What cdk-nag's AwsSolutions pack is told: each finding that stays, once, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, Validations
from cdk_nag import AwsSolutionsChecks

from infra.names import (
    ENFORCE_ENCRYPTION,
    KEY_SECRET_PREFIX,
    MEMBER_ROLE_PREFIX,
    ORGANISATION_MAP,
    RECOVER_LINK,
    ROTATE_FLEET,
    ROTATE_KEY,
    ROTATE_ORGANISATION,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import App, Stack

_HERE = "<AWS::Region>:<AWS::AccountId>"


def _wildcard(resource: str) -> str:
    return f"AwsSolutions::AwsSolutions-IAM5[Resource::{resource}]"


def _arn(resource: str) -> str:
    return _wildcard(f"arn:<AWS::Partition>:{resource}")


_BOTH: Mapping[str, str] = {
    "AwsSolutions::AwsSolutions-SQS3": (
        "It is the dead-letter queue of schedules and of rules; cdk-nag knows only those of other queues."
    ),
    "AwsSolutions::AwsSolutions-L1": (
        "python3.13 is the runtime that the product is tested for; it moves with the tests, not by itself."
    ),
    "AwsSolutions::AwsSolutions-SF1": (
        "A Standard workflow keeps every event in its history; the log is for failures, and holds no payload."
    ),
}
MEMBER: Mapping[str, str] = {
    **_BOTH,
    _wildcard("*"): (
        "Direct Connect's describes without an id, its locations and resiliency groups, secretsmanager:ListSecrets, "
        "kms:GenerateRandom, X-Ray and CloudWatch log delivery know no resource. A test holds the list of actions "
        "that may stand on it."
    ),
    _arn(f"directconnect:{_HERE}:dxcon/*"): "The links are the account's own and not known when the stack is made.",
    _arn(f"directconnect:{_HERE}:dxlag/*"): "The links are the account's own and not known when the stack is made.",
    _arn(f"secretsmanager:{_HERE}:secret:{KEY_SECRET_PREFIX}*"): (
        "One key secret a link, made when its link is first rotated; the prefix is the product's own."
    ),
    _arn(f"secretsmanager:{_HERE}:secret:directconnect!*"): (
        "Direct Connect names the managed secrets; they are only described, never read."
    ),
    _arn(f"states:{_HERE}:execution:{ROTATE_KEY}:*"): "An execution's ARN ends in its own name.",
    _arn(f"states:{_HERE}:execution:{ENFORCE_ENCRYPTION}:*"): "An execution's ARN ends in its own name.",
    _arn(f"states:{_HERE}:execution:{RECOVER_LINK}:*"): "An execution's ARN ends in its own name.",
    _arn(f"states:{_HERE}:execution:{ROTATE_FLEET}:*"): "An execution's ARN ends in its own name.",
}
COORDINATOR: Mapping[str, str] = {
    **_BOTH,
    _wildcard("*"): (
        "X-Ray and CloudWatch log delivery know no resource. A test holds the list of actions that may stand on it."
    ),
    _wildcard(f"arn:<AWS::Partition>:iam::*:role/{MEMBER_ROLE_PREFIX}*"): (
        "The member's role is made in each account and Region; the condition leaves those of the own organisation."
    ),
    _arn(f"states:{_HERE}:execution:{ROTATE_ORGANISATION}:*"): "An execution's ARN ends in its own name.",
    _arn(f"states:{_HERE}:execution:{ROTATE_ORGANISATION}/{ORGANISATION_MAP}:*"): (
        "Each member's turn is an execution of the machine's Map, and Step Functions names it."
    ),
    _wildcard("<ShelfBucketC18B5906.Arn>/runs/*"): "Each run has its own folder on the shelf, named by its execution.",
    "AwsSolutions::AwsSolutions-S1": (
        "Names of links, dates and reasons lie there, no key; CloudTrail's data events tell who reads them."
    ),
}


UNTRACED: Mapping[str, str] = {
    "AwsSolutions::AwsSolutions-SF2": "The deployer chose `tracing: false`.",
}


def switch_on(app: App) -> None:
    """Make synthesis fail on each finding in a stack of `app` that is not acknowledged."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def acknowledge(stack: Stack, findings: Mapping[str, str], *, tracing: bool) -> None:
    """Let these findings of `stack` be, each for its reason."""
    chosen = findings if tracing else {**findings, **UNTRACED}
    for finding, reason in chosen.items():
        Validations.of(stack).acknowledge(Acknowledgment(id=finding, reason=reason))
