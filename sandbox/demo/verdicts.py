"""The verdicts of all links, as the ledger keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from sandbox.cloud.vocabulary import Client


@dataclass(frozen=True)
class Verdict:
    """How a link stands: a status, its reasons with the gravest first, and a sentence."""

    link: str
    status: str
    reasons: tuple[str, ...]
    sentence: str


def verdicts_kept(dynamodb: Client, table: str) -> tuple[Verdict, ...]:
    """Return the standing of every link that was ever judged, in the order of their ids."""
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :compliance",
        ExpressionAttributeValues={":compliance": {"S": "COMPLIANCE"}},
        ConsistentRead=True,
    )
    return tuple(_verdict(row) for page in pages for row in page["Items"])


def _verdict(row: Mapping[str, Any]) -> Verdict:
    read = {name: TypeDeserializer().deserialize(row[name]) for name in ("sk", "status", "reasons", "sentence")}
    return Verdict(str(read["sk"]), str(read["status"]), tuple(read["reasons"]), str(read["sentence"]))
