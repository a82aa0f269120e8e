"""What the functions stand on: the resources that they are told of, and are granted things on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """The stack's lasting resources."""

    key: kms.IKey
    ledger: dynamodb.ITable
    router_tasks: sqs.IQueue
    changes: sqs.IQueue
    alerts: sns.ITopic
