"""What cdk-nag's AwsSolutions pack is told: each finding that stays, once, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, Validations
from cdk_nag import AwsSolutionsChecks

from infra.names import ENFORCE_ENCRYPTION, KEY_SECRET_PREFIX, RECOVER_LINK, ROTATE_FLEET, ROTATE_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import App, Stack

_HERE = "<AWS::Region>:<AWS::AccountId>"


def _wildcard(resource: str) -> str:
    return f"AwsSolutions::AwsSolutions-IAM5[Resource::{resource}]"


def _arn(resource: str) -> str:
    return _wildcard(f"arn:<AWS::Partition>:{resource}")


ACKNOWLEDGED: Mapping[str, str] = {
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


UNTRACED: Mapping[str, str] = {
    "AwsSolutions::AwsSolutions-SF2": "The deployer chose `tracing: false`.",
}


def check(app: App, stack: Stack, *, tracing: bool) -> None:
    """Make synthesis fail on each finding of `stack` that is not acknowledged here."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    chosen = ACKNOWLEDGED if tracing else {**ACKNOWLEDGED, **UNTRACED}
    for finding, reason in chosen.items():
        Validations.of(stack).acknowledge(Acknowledgment(id=finding, reason=reason))
