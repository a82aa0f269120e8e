"""Which secret an event of CloudTrail is about: a key secret of ours, or any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_events as events

from infra.names import KEY_SECRET_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import IConstruct

# Secrets Manager writes its own events and those of calls under two types, and not always as one expects:
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
BY_CLOUDTRAIL = ["AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"]
SECRETS_MANAGER = ["aws.secretsmanager"]


def key_secret_arn(scope: IConstruct) -> str:
    """How the ARN of every key secret of the stack's account and Region begins."""
    stack = Stack.of(scope)
    return f"arn:{stack.partition}:secretsmanager:{stack.region}:{stack.account}:secret:{KEY_SECRET_PREFIX}"


def of_key_secrets(scope: IConstruct) -> Mapping[str, object]:
    """The detail of a call about a key secret: the caller named it, by name or by ARN, or the answer did.

    The answer of a refused call is null.
    """
    arn = key_secret_arn(scope)
    return {
        "$or": [
            {
                "requestParameters": {
                    "secretId": events.Match.any_of(*map(events.Match.prefix, (KEY_SECRET_PREFIX, arn)))
                }
            },
            {"responseElements": {"arn": events.Match.prefix(arn)}},
        ]
    }


def of_other_secrets(scope: IConstruct) -> Mapping[str, object]:
    """The detail of a call about any other secret.

    Nobody knows for certain how Direct Connect names its managed ones (W29), so all are let through.
    """
    arn = key_secret_arn(scope)
    return {
        "$or": [
            {"requestParameters": {"secretId": events.Match.anything_but_prefix(KEY_SECRET_PREFIX, arn)}},
            {
                "requestParameters": {"secretId": events.Match.does_not_exist()},
                "responseElements": {"arn": events.Match.anything_but_prefix(arn)},
            },
        ]
    }
