"""SQS: a message that is sent while another one is deleted stays, and a long queue is as quick as a short one.

moto copies the list of messages to delete one, outside the lock under which it sends; and it asks each message
of a queue what time it is, in a slow way, several times a request. What breaks when moto moves: `receive_message`
of the backend, `delete_message` and the lock of a queue, `visible_at` and `delayed_until` of a message.
"""

# ruff: noqa: SLF001 - what is private to moto is what this package is for

from __future__ import annotations

import time

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private


def mend(mends: Mends, _hooks: Hooks) -> None:
    """Receive and delete under the queue's lock, and read the clock quickly."""
    _lock(mends)
    message: Private = private("moto.sqs.models").Message
    mends.replace(message, "visible", property(lambda self: time.time() * 1000 > self.visible_at))
    mends.replace(message, "delayed", property(lambda self: time.time() * 1000 < self.delayed_until))


def _lock(mends: Mends) -> None:
    models: Private = private("moto.sqs.models")
    receive, delete = models.SQSBackend.receive_message, models.Queue.delete_message

    def receive_message(self: Private, queue_name: str, *args: Private, **kwargs: Private) -> Private:
        """Receive; while a long poll waits, the queue's Condition gives the lock up."""
        with self.get_queue(queue_name)._messages_lock:
            return receive(self, queue_name, *args, **kwargs)

    def delete_message(self: Private, receipt_handle: str) -> None:
        with self._messages_lock:
            delete(self, receipt_handle)

    mends.replace(models.SQSBackend, "receive_message", receive_message)
    mends.replace(models.Queue, "delete_message", delete_message)
