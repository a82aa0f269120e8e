"""What the mended moto asks of the sandbox: to run a function, to deliver an event, to make a client."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sandbox.cloud.caller import Caller
from sandbox.cloud.function import Function, Invocation
from sandbox.cloud.vocabulary import Client

Event = Mapping[str, Any]
"""An EventBridge event in the form that a target receives."""


class Hooks(Protocol):
    """The sandbox as moto's mends see it."""

    def invoke(self, function: Function, payload: bytes) -> Invocation:
        """Run a deployed function and wait for its answer."""

    def invoke_later(self, function: Function, payload: bytes) -> None:
        """Run a deployed function beside the caller, who gets no answer."""

    def publish(self, event: Event) -> None:
        """Deliver an event to the rules of its account's default bus."""

    def client_for(self, service: str, principal: str, account: str) -> Client:
        """Return a boto3 client that calls the sandbox as the given principal of an account."""

    def add_worker(self, worker: Callable[[threading.Event], None]) -> None:
        """Run something beside the server until it ends, or the event says that the sandbox stops."""

    def secret_deletion(self, arn: str, *, requested: bool) -> None:
        """Note that a secret's deletion was requested, or taken back."""

    def assumed(self, access_key_id: str, caller: Caller) -> None:
        """Note who calls with an access key that the STS handed out."""
