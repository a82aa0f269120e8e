"""One cold start: a function's process from its start to its first answer, and the CPU that it took."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence

from sandbox.cloud.function import Function
from sandbox.cloud.principals import Principals
from sandbox.cloud.runtime import Runtime

ASKS_AGAIN_SECONDS = 0.02
"""Within this time after an answer the runtime client asks for the next request, and waits."""


class ColdRuntime(Runtime):
    """The sandbox's runtime, in which no process stays warm."""

    def __init__(self, endpoint: str) -> None:
        """Begin without a process; `endpoint` is where functions find AWS."""
        super().__init__(endpoint, Principals(), _unkept)

    def milliseconds(self, function: Function, payload: bytes) -> float:
        """Return the CPU, user's and system's, of init and first call; one process at a time.

        The process is ended when it has answered and asked for the next request: its own way out is not counted.

        Raises:
            RuntimeError: the call failed.
        """
        before = _spent()
        process = self._start(function)
        try:
            answer = process.invoke(payload)
            time.sleep(ASKS_AGAIN_SECONDS)
        finally:
            self._end(process)
        if answer.error:
            message = f"{function.handler} failed: {answer.payload.decode()}\n{answer.log_tail}"
            raise RuntimeError(message)
        return (_spent() - before) * 1000


def _spent() -> float:
    """Return the seconds of CPU of all children that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _unkept(_account: str, _group: str, _stream: str, _lines: Sequence[str]) -> None:
    """Take the log and keep nothing."""
