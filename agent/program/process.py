"""A program as a process: it is told a text, heard until it is over, and stopped where it must be.

It is over when the program itself is, not when its output is: what it left behind may hold that open for ever.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import Self

GLANCE_SECONDS = 0.2
"""How often a silent program is looked at."""

LINGER_SECONDS = 1.0
"""How long a program that is over is heard on, where something still holds its output."""

STOP_SECONDS = 5.0
"""How long a program has to clean up: after SIGTERM until SIGKILL, and for the system to end it after that."""

WRITTEN_BYTES = 512
"""POSIX: a pipe that takes anything takes so much without blocking (PIPE_BUF)."""

READ_BYTES = 65_536


class Process:
    """A program of its own session; use it as a context manager, which closes its pipes."""

    def __init__(self, argv: Sequence[str], text: str) -> None:
        """Start a program, without a shell; the text is told while it is waited for.

        Raises:
            OSError: it can't be run.
        """
        self._program = subprocess.Popen(  # noqa: S603 - the program that the configuration names, without a shell
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self._untold = memoryview(text.encode())
        self._out, self._err = bytearray(), bytearray()
        self._pipes = DefaultSelector()
        for pipe, events, heard in (
            (self._program.stdin, EVENT_WRITE, None),
            (self._program.stdout, EVENT_READ, self._out),
            (self._program.stderr, EVENT_READ, self._err),
        ):
            if pipe:
                self._pipes.register(pipe, events, heard)

    def __enter__(self) -> Self:
        """Return the process."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the pipes, whoever else holds their other ends."""
        self._pipes.close()
        for pipe in (self._program.stdin, self._program.stdout, self._program.stderr):
            if pipe:
                pipe.close()

    @property
    def code(self) -> int | None:
        """The exit code; None while the program runs."""
        return self._program.returncode

    @property
    def out(self) -> str:
        """What it said on its standard output until now."""
        return self._out.decode(errors="replace")

    @property
    def err(self) -> str:
        """What it said on its standard error until now."""
        return self._err.decode(errors="replace")

    def ends_within(self, seconds: float, wanted: Callable[[], bool] = lambda: True) -> bool:
        """Wait for the program, at most so long and while it is wanted, and tell whether it is over."""
        until = monotonic() + seconds
        while self._program.poll() is None:
            left = until - monotonic()
            if left <= 0 or not wanted():
                return False
            self._turn(min(left, GLANCE_SECONDS))
        self._hear_the_rest()
        return True

    def stop(self) -> None:
        """Ask the program and what it started to end, so that they can clean up; kill what has not ended then."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):  # all of them are over
                os.killpg(self._program.pid, number)
            self.ends_within(STOP_SECONDS)

    def _turn(self, seconds: float) -> None:
        """Say and hear what can be said and heard now; wait for it at most so long."""
        if not self._pipes.get_map():
            with suppress(subprocess.TimeoutExpired):
                self._program.wait(seconds)
            return
        for key, _ in self._pipes.select(seconds):
            if key.data is None:
                self._tell(key.fd)
            elif said := os.read(key.fd, READ_BYTES):
                key.data.extend(said)
            else:
                self._pipes.unregister(key.fd)

    def _tell(self, stdin: int) -> None:
        """Say the next piece; a program that reads nothing has no use for the rest."""
        try:
            told = os.write(stdin, self._untold[:WRITTEN_BYTES])
        except BrokenPipeError:
            told = len(self._untold)
        self._untold = self._untold[told:]
        if not self._untold:
            self._hang_up()

    def _hang_up(self) -> None:
        stdin = self._program.stdin
        if stdin and not stdin.closed:
            self._pipes.unregister(stdin)
            stdin.close()

    def _hear_the_rest(self) -> None:
        self._hang_up()
        until = monotonic() + LINGER_SECONDS
        while self._pipes.get_map() and (left := until - monotonic()) > 0:
            self._turn(left)
