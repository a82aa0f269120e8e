"""A queue keeps every message, however many hands are in it, and stays quick when it is long."""

from __future__ import annotations

import threading
import time

from sandbox.cloud import Sandbox
from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.moto_patches.mending import private
from sandbox.cloud.vocabulary import Client


def _queue(sandbox: Sandbox, name: str) -> tuple[Client, str]:
    client = sandbox.client("sqs")
    return client, str(client.create_queue(QueueName=name)["QueueUrl"])


def test_deleting_and_receiving_wait_for_whoever_changes_the_queue(sandbox: Sandbox) -> None:
    client, url = _queue(sandbox, "toy-crowded")
    client.send_message(QueueUrl=url, MessageBody="first")
    [message] = client.receive_message(QueueUrl=url)["Messages"]
    queue = private("moto.sqs.models").sqs_backends[ACCOUNT_ID][REGION].queues["toy-crowded"]
    handle = message["ReceiptHandle"]
    calls = [
        threading.Thread(target=lambda: client.delete_message(QueueUrl=url, ReceiptHandle=handle)),
        threading.Thread(target=lambda: client.receive_message(QueueUrl=url)),
    ]

    with queue._messages_lock:  # noqa: SLF001 - what a sender holds
        for call in calls:
            call.start()
        for call in calls:
            call.join(timeout=0.3)
        waiting = [call.is_alive() for call in calls]
    for call in calls:
        call.join()

    assert waiting == [True, True]
    assert list(queue._messages) == []  # noqa: SLF001


def test_a_long_poll_does_not_keep_others_from_sending(sandbox: Sandbox) -> None:
    client, url = _queue(sandbox, "toy-polled")
    sender = threading.Timer(0.2, lambda: client.send_message(QueueUrl=url, MessageBody="sent"))
    sender.start()
    started = time.monotonic()

    messages = client.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages", [])

    sender.join()
    assert [it["Body"] for it in messages] == ["sent"]
    assert time.monotonic() - started < 15


def test_a_long_queue_is_received_from_as_quickly_as_a_short_one(sandbox: Sandbox) -> None:
    client, url = _queue(sandbox, "toy-long")
    entries = [{"Id": str(at), "MessageBody": "{}"} for at in range(10)]
    for _ in range(60):
        client.send_message_batch(QueueUrl=url, Entries=entries)
    started = time.process_time()

    for _ in range(20):
        client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)

    assert time.process_time() - started < 15
