"""What Secrets Manager may call, and which of its events reach a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.names import KEY_SECRET_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_lambda as lambda_

_SOURCE = ["aws.secretsmanager"]
# Secrets Manager writes its own events and those of calls under two types, and not always as one expects:
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
_BY_CLOUDTRAIL = ["AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"]


class SecretEvents(Construct):
    """The rotation function's door for Secrets Manager, and the rules for labels and for trouble."""

    def __init__(self, scope: Construct, construct_id: str, *, functions: Mapping[str, lambda_.Function]) -> None:
        """Make the permission and the rules; `functions` are under their ids."""
        super().__init__(scope, construct_id)
        self._functions = functions
        stack = Stack.of(self)
        # Without the account anybody's secret could call it:
        # https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
        functions["RotateSecret"].add_permission(
            "SecretsManager",
            principal=iam.ServicePrincipal("secretsmanager.amazonaws.com"),
            source_account=stack.account,
        )
        self._rule(
            "Labels",
            "HearLabel",
            ["Secret Label Updated"],
            {"labelUpdated": ["AWSCURRENT"], "name": events.Match.prefix(KEY_SECRET_PREFIX)},
        )
        key_secrets = f"arn:{stack.partition}:secretsmanager:{stack.region}:{stack.account}:secret:{KEY_SECRET_PREFIX}"
        self._rule(
            "Rotations",
            "HearSecretTrouble",
            _BY_CLOUDTRAIL,
            {
                "eventName": ["RotationFailed", "RotationAbandoned"],
                "additionalEventData": {"SecretId": events.Match.prefix(key_secrets)},
            },
        )
        # Of any secret: nobody knows for certain how Direct Connect names its managed ones (W29).
        self._rule("Deletions", "HearSecretTrouble", _BY_CLOUDTRAIL, {"eventName": ["DeleteSecret"]})

    def _rule(self, construct_id: str, function_id: str, kinds: list[str], detail: Mapping[str, object]) -> None:
        events.Rule(
            self,
            construct_id,
            description=f"dxmacsec: what {function_id} hears of",
            event_pattern=events.EventPattern(source=_SOURCE, detail_type=kinds, detail=detail),
            targets=[targets.LambdaFunction(self._functions[function_id])],
        )
