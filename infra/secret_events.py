"""What Secrets Manager may call, and which of its events reach a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.names import KEY_SECRET_PREFIX
from infra.secret_patterns import BY_CLOUDTRAIL, SECRETS_MANAGER, key_secret_arn, of_key_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sqs as sqs


class SecretEvents(Construct):
    """The rotation function's door for Secrets Manager, and the rules for labels and for trouble."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Mapping[str, lambda_.Function],
        undelivered: sqs.IQueue,
    ) -> None:
        """Make the permission and the rules; `functions` are under their ids, `undelivered` gets what failed."""
        super().__init__(scope, construct_id)
        self._functions = functions
        self._undelivered = undelivered
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
        self._rule(
            "Rotations",
            "HearSecretTrouble",
            BY_CLOUDTRAIL,
            {
                "eventName": ["RotationFailed", "RotationAbandoned"],
                "additionalEventData": {"SecretId": events.Match.prefix(key_secret_arn(self))},
            },
        )
        deletions = {"eventName": ["DeleteSecret"], **of_key_secrets(self)}
        self._rule("Deletions", "HearSecretTrouble", BY_CLOUDTRAIL, deletions)

    def _rule(self, construct_id: str, function_id: str, kinds: list[str], detail: Mapping[str, object]) -> None:
        events.Rule(
            self,
            construct_id,
            description=f"dxmacsec: what {function_id} hears of",
            event_pattern=events.EventPattern(source=SECRETS_MANAGER, detail_type=kinds, detail=detail),
            targets=[targets.LambdaFunction(self._functions[function_id], dead_letter_queue=self._undelivered)],
        )
