"""The KMS key of a stack: a member's guards the key secrets, and encrypts router tasks, alerts and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.names import FUNCTION_ROLE_PATH, KEY_SECRET_PREFIX, LOG_GROUP_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Written out rather than `kms:*`: the account may administer the key, not use it directly.
_ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
_USE = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey")
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
_LOG_ENCRYPTION = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
# What a service needs that publishes to an encrypted topic:
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
_PUBLISHING = ("kms:Decrypt", "kms:GenerateDataKey*")
_DELETION_WINDOW_DAYS = 30


class Keys(Construct):
    """One customer key, rotated yearly, kept when the stack goes: without it no key secret opens again."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        alias: str,
        what_for: str,
        through: Sequence[str],
        readers: Sequence[str] = (),
    ) -> None:
        """Make the key and its alias; roles use it `through` these services.

        Where `readers` are named, nobody else opens a key secret.
        """
        super().__init__(scope, construct_id)
        self._through = through
        self.key = kms.Key(
            self,
            "Key",
            alias=alias,
            description=what_for,
            enable_key_rotation=True,
            pending_window=Duration.days(_DELETION_WINDOW_DAYS),
            policy=iam.PolicyDocument(statements=[*self._statements(), *self._kept_from_others(readers)]),
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _statements(self) -> list[iam.PolicyStatement]:
        stack = Stack.of(self)
        services = [f"{service}.{stack.region}.amazonaws.com" for service in self._through]
        account = {"aws:SourceAccount": stack.account}
        log_groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:"
        return [
            iam.PolicyStatement(
                sid="AccountAdministersTheKey",
                actions=list(_ADMINISTRATION),
                principals=[iam.AccountRootPrincipal()],
                resources=["*"],
            ),
            iam.PolicyStatement(
                sid="RolesUseTheKeyThroughServicesOnly",
                actions=list(_USE),
                principals=[iam.AccountRootPrincipal()],
                resources=["*"],
                conditions={"StringEquals": {"kms:ViaService": services}},
            ),
            iam.PolicyStatement(
                sid="LogsAreEncrypted",
                actions=list(_LOG_ENCRYPTION),
                # Of the principals here the only one whose name ends as the partition's hosts do.
                principals=[iam.ServicePrincipal(f"logs.{stack.region}.{stack.url_suffix}")],
                resources=["*"],
                conditions={
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": [
                            f"{log_groups}{LOG_GROUP_PREFIX}*",
                            f"{log_groups}/aws/vendedlogs/states{LOG_GROUP_PREFIX}*",
                        ]
                    }
                },
            ),
            self._publish("AlarmsArePublished", "cloudwatch", {"StringEquals": account}),
            # Without the account: where EventBridge publishes, a condition on the source is never met.
            self._publish("EventsArePublished", "events", {}),
        ]

    def _kept_from_others(self, readers: Sequence[str]) -> list[iam.PolicyStatement]:
        """Deny everybody but the product, the readers and the root to open a key secret, whatever their roles say.

        Secrets Manager decrypts in the caller's name and names the secret in the encryption context, so this
        guards every key secret from the moment it is made. It forbids nothing else: who administers the key
        can take it back.
        https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
        """
        if not readers:
            return []
        stack = Stack.of(self)
        own = f"arn:{stack.partition}:iam::{stack.account}"
        secrets = f"arn:{stack.partition}:secretsmanager:{stack.region}:{stack.account}:secret:{KEY_SECRET_PREFIX}*"
        return [
            iam.PolicyStatement(
                sid="OnlyReadersOpenKeySecrets",
                effect=iam.Effect.DENY,
                actions=["kms:Decrypt"],
                principals=[iam.AnyPrincipal()],
                resources=["*"],
                conditions={
                    "StringLike": {"kms:EncryptionContext:SecretARN": secrets},
                    "ArnNotLike": {"aws:PrincipalArn": [f"{own}:role{FUNCTION_ROLE_PATH}*", f"{own}:root", *readers]},
                },
            )
        ]

    def _publish(self, sid: str, service: str, conditions: Mapping[str, object]) -> iam.PolicyStatement:
        """Let a service publish to encrypted topics of this account, which SNS names in the encryption context.

        https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic.html
        """
        stack = Stack.of(self)
        topics = f"arn:{stack.partition}:sns:{stack.region}:{stack.account}:*"
        return iam.PolicyStatement(
            sid=sid,
            actions=list(_PUBLISHING),
            principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
            resources=["*"],
            conditions={**conditions, "ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics}},
        )
