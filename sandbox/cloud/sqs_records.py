"""What a function gets of a queue's messages, and which of them its answer says are done.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.cloud.account import REGION
from sandbox.cloud.function import Invocation
from sandbox.cloud.vocabulary import Json

Message = Mapping[str, Any]
"""A message as ReceiveMessage answers it."""

_NAMES = {
    "StringValue": "stringValue",
    "BinaryValue": "binaryValue",
    "StringListValues": "stringListValues",
    "BinaryListValues": "binaryListValues",
    "DataType": "dataType",
}


def event_of(messages: Sequence[Message], queue_arn: str) -> dict[str, Any]:
    """Return the event with which Lambda hands a batch to a function."""
    return {"Records": [_record(message, queue_arn) for message in messages]}


def _record(message: Message, queue_arn: str) -> dict[str, Any]:
    attributes = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message["Attributes"]),
        "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
        **({"md5OfMessageAttributes": message["MD5OfMessageAttributes"]} if attributes else {}),
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"stringListValues": [], "binaryListValues": [], **{_NAMES[name]: part for name, part in value.items()}}


def done(messages: Sequence[Message], invocation: Invocation, *, reports_failures: bool) -> list[Message]:
    """Return the messages that are to be deleted; the others come back after the visibility timeout.

    Without reports a batch succeeds or fails as one. With them an answer that makes no sense, or that names a
    message that was not in the batch, fails the whole batch.
    """
    if invocation.error is not None:
        return []
    failed = _reported(invocation.payload) if reports_failures else set()
    if failed is None or not failed <= {message["MessageId"] for message in messages}:
        return []
    return [message for message in messages if message["MessageId"] not in failed]


def _reported(payload: bytes) -> set[str] | None:
    """Return the ids that an answer reports, None where the answer makes no sense."""
    try:
        answer: Json = json.loads(payload or b"null")
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return set() if answer is None else None
    failures = answer.get("batchItemFailures") or []
    if not isinstance(failures, list):
        return None
    ids = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in failures]
    return {str(each) for each in ids} if all(isinstance(each, str) and each for each in ids) else None
