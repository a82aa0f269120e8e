"""DynamoDB: one call at a time, so that a condition holds while its write is made and a transaction undoes no other.

moto checks and writes without a lock, and a cancelled transaction puts back a copy of the whole table, with what
others wrote meanwhile gone. What breaks when moto moves: `call_action` of its responses.
"""

from __future__ import annotations

import threading
from typing import Final

from sandbox.cloud.moto_patches.hooks import Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private

_calling: Final = threading.Lock()


def mend(mends: Mends, _hooks: Hooks) -> None:
    """Answer one call of DynamoDB after the other; none of them calls another service."""
    responses: Private = private("moto.dynamodb.responses").DynamoHandler
    answer = responses.call_action

    def call_action(self: Private) -> Private:
        with _calling:
            return answer(self)

    mends.replace(responses, "call_action", call_action)
