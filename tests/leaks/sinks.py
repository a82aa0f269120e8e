"""What stays readable in an account besides logs and histories: dead letters, metrics, alarms, rules, tags."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Client = Callable[[str], Any]

HIDDEN_SECONDS = 5
"""For so long a message that was read is hidden, so that the next ones come."""


def said_in(client: Client) -> Iterator[tuple[str, str]]:
    """Yield each place and what it says, read as whoever may read the account reads it."""
    yield from (("dead letter", text) for text in _dead_letters(client("sqs")))
    for place, service, operation, field in (
        ("metric", "cloudwatch", "list_metrics", "Metrics"),
        ("alarm", "cloudwatch", "describe_alarms", "MetricAlarms"),
        ("rule", "events", "list_rules", "Rules"),
        ("parameter", "ssm", "describe_parameters", "Parameters"),
        ("stack", "cloudformation", "describe_stacks", "Stacks"),
        ("tag", "resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList"),
    ):
        pages = client(service).get_paginator(operation).paginate()
        yield from ((place, json.dumps(each, default=str)) for page in pages for each in page[field])


def _dead_letters(sqs: Any) -> Iterator[str]:  # noqa: ANN401 - a client of the SDK
    """Yield the messages of the queues that hand nothing on: only those may be received without an effect."""
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        feeds_others = "RedrivePolicy" in attributes
        if not feeds_others and sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"]:
            yield from (json.dumps(message) for message in _received(sqs, url))


def _received(sqs: Any, url: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a client of the SDK
    seen: set[str] = set()
    asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": HIDDEN_SECONDS, "AttributeNames": ["All"]}
    while True:
        received = sqs.receive_message(**asked, MessageAttributeNames=["All"]).get("Messages", [])
        fresh = [message for message in received if message["MessageId"] not in seen]
        if not fresh:
            return
        seen |= {message["MessageId"] for message in fresh}
        yield from fresh
