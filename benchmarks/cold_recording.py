"""The first call of every function, recorded: its event, and what AWS answered to it in the sandbox."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from benchmarks.cold_wire import Answer, Heard, operation_of, serving
from sandbox.cloud import Sandbox
from sandbox.cloud.function import Function, Invocation, StoppedError

_NOT_PASSED_ON = frozenset({"connection", "transfer-encoding", "content-length", "server", "date"})


Exchange = tuple[str, Answer]
"""An operation as `operation_of` names it, and the answer to it."""


@dataclass(frozen=True, slots=True)
class FirstCall:
    """A function, the event of its first call, and what it asked AWS in it."""

    function: Function
    payload: bytes
    exchanges: tuple[Exchange, ...]


class RecordingSandbox(Sandbox):
    """A sandbox that keeps the first call of each function; it is made in a process of its own."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - any argument of Sandbox
        """Prepare a sandbox as `Sandbox` does."""
        super().__init__(**options)
        self.first_calls: dict[str, FirstCall] = {}
        self._begun: set[str] = set()
        self._recording = threading.Lock()

    def invoke(self, function: Function, payload: bytes) -> Invocation:
        """Run a function, and record it if it is its first call."""
        with self._recording:
            first = function.handler not in self._begun
            self._begun.add(function.handler)
        try:
            return self._recorded(function, payload) if first else super().invoke(function, payload)
        except StoppedError:
            # A recovery that still waited when everything was recorded; nobody hears the answer.
            return Invocation(b"null", "Unhandled")

    def _recorded(self, function: Function, payload: bytes) -> Invocation:
        """Run a function and keep the call; one that asked AWS nothing, or failed, leaves the place to the next."""
        with _listening(self.endpoint) as (url, exchanges):
            environment = {**function.environment, "DXMACSEC_LOOK_SECONDS": "0"}
            heard = replace(function, environment={**environment, "AWS_ENDPOINT_URL": url})
            answer = super().invoke(heard, payload)
        if exchanges and not answer.error:
            called = replace(function, environment=environment)
            self.first_calls[function.handler] = FirstCall(called, payload, tuple(exchanges))
        else:
            self._begun.discard(function.handler)
        return answer

    def invoke_later(self, function: Function, payload: bytes) -> None:
        """Run a function beside the caller, and record it if it is its first call."""
        threading.Thread(target=self.invoke, args=(function, payload), daemon=True).start()


@contextmanager
def _listening(endpoint: str) -> Iterator[tuple[str, list[Exchange]]]:
    """Stand between a function and the sandbox, and lend what passes."""
    exchanges: list[Exchange] = []
    host = urlsplit(endpoint).netloc

    def ask(heard: Heard) -> Answer:
        connection = HTTPConnection(host, timeout=60)
        try:
            connection.request(heard.method, heard.path, heard.body, heard.headers)
            answered = connection.getresponse()
            headers = tuple(pair for pair in answered.getheaders() if pair[0].lower() not in _NOT_PASSED_ON)
            answer = Answer(answered.status, headers, answered.read())
        finally:
            connection.close()
        exchanges.append((operation_of(heard), answer))
        return answer

    with serving(ask) as port:
        yield f"http://localhost:{port}", exchanges
