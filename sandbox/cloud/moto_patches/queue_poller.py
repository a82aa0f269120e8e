"""The poller of one event source mapping: takes messages of a queue in batches, and has a function do them.

Lambda's pollers call SQS as the function's role; so does this one. It looks at moto's queue before it calls, so
that an empty queue costs no request. Played for standard queues: a FIFO queue's order is not kept over failures.
What breaks when moto moves: the fields of a mapping and of a queue.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Sequence
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.cloud.account import account_of
from sandbox.cloud.function import Function, StoppedError
from sandbox.cloud.moto_patches.functions import described
from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.principals import role_name
from sandbox.cloud.sqs_records import Message, done, event_of
from sandbox.cloud.targets import queue_url_of
from sandbox.cloud.vocabulary import Client, Private

PER_CALL: Final = 10
"""What ReceiveMessage and DeleteMessageBatch take at most."""
PAYLOAD_BYTES: Final = 6 * 1024 * 1024
"""The most that an invocation takes; a batch is closed before ten more messages could pass it."""
LARGEST_MESSAGE_BYTES: Final = 256 * 1024
UNLIMITED_CONCURRENCY: Final = 5
"""How many invocations run at a time where the mapping sets no MaximumConcurrency: AWS begins with five."""
LOOK_SECONDS: Final = 0.02

_LOG = logging.getLogger(__name__)


class QueuePoller:
    """Polls for one mapping until the mapping is deleted or the sandbox stops.

    Changes of the mapping count from the next batch on, but for its MaximumConcurrency, which stays as it was made.
    """

    def __init__(self, hooks: Hooks, mapping: Private, queue: Private, functions: Private) -> None:
        """Take one of moto's mappings, its queue, and the backend that holds functions and mappings."""
        self._hooks, self._mapping, self._queue, self._functions = hooks, mapping, queue, functions
        scaling = mapping.scaling_config or {}
        self._slots = threading.BoundedSemaphore(int(scaling.get("MaximumConcurrency", UNLIMITED_CONCURRENCY)))

    def run(self, stopping: threading.Event) -> None:
        """Collect batches and hand each to an invocation of its own, no more of them at a time than allowed."""
        while not stopping.is_set() and self._functions.get_event_source_mapping(self._mapping.uuid):
            if not (self._has_work() and self._slots.acquire(blocking=False)):
                stopping.wait(LOOK_SECONDS)
                continue
            batch = self._collected(stopping)
            if batch and not stopping.is_set():
                threading.Thread(target=self._hand_over, args=(batch, stopping), daemon=True).start()
            else:
                self._slots.release()

    def _has_work(self) -> bool:
        """Return whether the mapping is on, its function is there, and a message is visible."""
        deployed = self._functions.get_function_by_arn(self._mapping.function_arn)
        return bool(self._mapping.enabled and deployed and self._queue.messages)

    def _collected(self, stopping: threading.Event) -> list[Message]:
        """Receive until the batch is full, too large for more, or its window is over."""
        size, window = self._mapping.batch_size, self._mapping.max_batch_window or 0
        batch = self._received(size)
        deadline = time.monotonic() + int(window)
        while batch and len(batch) < size and _bytes(batch) + PER_CALL * LARGEST_MESSAGE_BYTES < PAYLOAD_BYTES:
            if self._queue.messages and time.monotonic() < deadline:
                batch += self._received(size - len(batch))
            elif time.monotonic() > deadline or stopping.wait(LOOK_SECONDS):
                break
        return batch

    def _received(self, wanted: int) -> list[Message]:
        client = self._client(self._function())
        try:
            answer = client.receive_message(
                QueueUrl=queue_url_of(client, self._queue.queue_arn),
                MaxNumberOfMessages=min(wanted, PER_CALL),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        except ClientError:
            _LOG.exception("the mapping of %s could not receive", self._queue.name)
            return []
        return list(answer.get("Messages", []))

    def _hand_over(self, batch: Sequence[Message], stopping: threading.Event) -> None:
        """Invoke the function, and delete what it has done; what is left comes back by itself."""
        try:
            function = self._function()
            payload = json.dumps(event_of(batch, self._queue.queue_arn)).encode()
            invocation = self._hooks.invoke(function, payload)
            reports = "ReportBatchItemFailures" in (self._mapping.function_response_types or [])
            self._delete(self._client(function), done(batch, invocation, reports_failures=reports))
        except (BotoCoreError, ClientError, StoppedError):
            if not stopping.is_set():
                _LOG.exception("a batch of %s was not finished", self._queue.name)
        finally:
            self._slots.release()

    def _delete(self, client: Client, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), PER_CALL):
            part = messages[start : start + PER_CALL]
            entries = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(part)]
            client.delete_message_batch(QueueUrl=queue_url_of(client, self._queue.queue_arn), Entries=entries)

    def _function(self) -> Function:
        return described(self._functions.get_function(self._mapping.function_arn))

    def _client(self, function: Function) -> Client:
        return self._hooks.client_for("sqs", role_name(function.role), account_of(function.role))


def _bytes(messages: Sequence[Message]) -> int:
    return sum(len(message["Body"]) for message in messages)
