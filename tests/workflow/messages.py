"""Every message that left the product: router tasks as agents got them, letters as people got them."""

from __future__ import annotations

import json
import time
from typing import Any

from sandbox.cloud import Sandbox

PATIENCE_SECONDS = 60


class Messages:
    """Listens to the router task queue as its readers do, and to the alert topic through a queue of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Subscribe; from here on nothing is missed."""
        self.tasks: list[str] = []
        self.letters: list[dict[str, str]] = []
        self._client = sandbox.client("sqs")
        self._queue = self._client.create_queue(QueueName="people")["QueueUrl"]
        attributes = self._client.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        topic, arn = sandbox.outputs["AlertsTopicArn"], attributes["Attributes"]["QueueArn"]
        sandbox.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        agent = sandbox.client("sqs", "router-agent")
        agent.meta.events.register("after-call.sqs.ReceiveMessage", self._hear)

    def take(self) -> list[dict[str, str]]:
        """Return all letters so far, those that wait in the queue included."""
        while messages := self._client.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.letters.append(json.loads(message["Body"]))
                self._client.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return self.letters

    def next_letter(self, seen: int) -> dict[str, str]:
        """Wait for the letter after those that were seen."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.take()) <= seen:
            assert time.monotonic() < deadline, "no letter came"
            time.sleep(0.1)
        return self.letters[seen]

    def _hear(self, parsed: dict[str, Any], **_: object) -> None:
        self.tasks += [message["Body"] for message in parsed.get("Messages", [])]
