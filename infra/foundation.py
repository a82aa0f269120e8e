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
class Standing:
    """The lasting resources of any stack."""

    key: kms.IKey
    ledger: dynamodb.ITable
    alerts: sns.ITopic


@dataclass(frozen=True, kw_only=True)
class Foundation(Standing):
    """The lasting resources of the stack that rotates keys."""

    router_tasks: sqs.IQueue
    changes: sqs.IQueue
