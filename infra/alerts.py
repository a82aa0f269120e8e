"""The alert topic: what people are told, and in router mode `manual` what they are asked to do."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.names import ALARM_PREFIX


class Alerts(Construct):
    """Encrypted topic that refuses plain HTTP, with one e-mail subscription if an address is given.

    Alarms and rules may publish to it. The key must admit both as well (`keys.py`), or they stay mute.
    """

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, email: str | None) -> None:
        """Make the topic; SNS asks `email` to confirm before it sends anything else."""
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", display_name="dxmacsec", enforce_ssl=True, master_key=key)
        self.topic.add_to_resource_policy(self._alarms_publish())
        self.topic.add_to_resource_policy(self._rules_publish())
        if email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))

    def _alarms_publish(self) -> iam.PolicyStatement:
        """Let alarms of this account with our names speak.

        https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
        """
        stack = Stack.of(self)
        alarms = f"arn:{stack.partition}:cloudwatch:{stack.region}:{stack.account}:alarm:{ALARM_PREFIX}*"
        return iam.PolicyStatement(
            sid="AlarmsPublish",
            actions=["sns:Publish"],
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            resources=[self.topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}, "ArnLike": {"aws:SourceArn": alarms}},
        )

    def _rules_publish(self) -> iam.PolicyStatement:
        """Let rules speak, without a condition: EventBridge meets none in the policy of a topic.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
        """
        return iam.PolicyStatement(
            sid="RulesPublish",
            actions=["sns:Publish"],
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            resources=[self.topic.topic_arn],
        )
