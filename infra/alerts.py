"""The alert topic: what people are told, and in router mode `manual` what they are asked to do."""

from __future__ import annotations

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct


class Alerts(Construct):
    """Encrypted topic that refuses plain HTTP, with one e-mail subscription if an address is given."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, email: str | None) -> None:
        """Make the topic; SNS asks `email` to confirm before it sends anything else."""
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", display_name="dxmacsec", enforce_ssl=True, master_key=key)
        if email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
