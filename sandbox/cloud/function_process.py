"""One warm process of one function: awslambdaric, fed by its own Runtime API."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from sandbox.cloud.account import account_of
from sandbox.cloud.function import Function, Invocation
from sandbox.cloud.runtime_api import Outcome, Request, RuntimeApi, failure

INIT_SECONDS: Final = 10.0
"""Lambda's limit for a function's start; what takes longer is started again as part of the invocation, within the
function's own time-out. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

PIPE_BYTES: Final = 65_536

LogSink = Callable[[str, str, str, Sequence[str]], None]
"""Takes an account, a log group, a stream and lines."""


class FunctionProcess:
    """A process that runs a function, one request at a time."""

    def __init__(self, function: Function, task: Path, environment: Mapping[str, str], logs: LogSink) -> None:
        """Start the process in the unzipped asset `task`; the function's code is loaded meanwhile."""
        self._function, self._logs = function, logs
        self._stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{uuid.uuid4().hex}"
        self._lines: list[str] = []
        self._unended = b""
        self._lines_lock = threading.Lock()
        self._api = RuntimeApi()
        self._process = subprocess.Popen(  # noqa: S603 - the sandbox's own interpreter
            [sys.executable, "-S", "-m", "awslambdaric", function.handler],
            cwd=task,
            env={
                **environment,
                "AWS_LAMBDA_RUNTIME_API": self._api.address,
                "AWS_LAMBDA_LOG_STREAM_NAME": self._stream,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read_output, daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Return whether the process can take another request."""
        return self._process.poll() is None

    def invoke(self, payload: bytes) -> Invocation:
        """Run one request, and wait for its answer, its time-out or the end of the process."""
        request = Request(str(uuid.uuid4()), payload, self._function.arn)
        started = time.monotonic()
        outcome = self._initialised(request) or self._run(request)
        self._drain()
        milliseconds = (time.monotonic() - started) * 1000
        tail = self._flush(request.request_id, milliseconds)
        return Invocation(outcome.payload, "Unhandled" if outcome.failed else None, tail)

    def stop(self) -> None:
        """End the process and what it started; repeating it is safe."""
        if self.alive:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._api.close()
        self._reader.join(timeout=1.0)

    def _initialised(self, request: Request) -> Outcome | None:
        """Wait until the function's module is loaded; return the outcome if it could not be.

        A second start would take as long as the first, so the first one goes on for as long as either may take.
        """
        deadline = time.monotonic() + max(INIT_SECONDS, self._function.timeout_seconds)
        while not self._api.ready.wait(0.02):
            if not self.alive:
                message = f"RequestId: {request.request_id} Error: Runtime exited without providing a reason"
                return self._api.init_error or failure("Runtime.ExitError", message)
            if time.monotonic() > deadline:
                self._time_out(request)
                return request.outcome
        return None

    def _run(self, request: Request) -> Outcome:
        seconds = self._function.timeout_seconds
        request.deadline_ms = int((time.time() + seconds) * 1000)
        self._api.submit(request)
        if not self.alive:
            self._report_exit(request)
        if not request.done.wait(seconds):
            self._time_out(request)
        return request.outcome or failure("Runtime.Unknown", "the request ended without an outcome")

    def _time_out(self, request: Request) -> None:
        """Finish a request whose time is over, then end the process: its end is not what happened."""
        seconds = self._function.timeout_seconds
        message = f"RequestId: {request.request_id} Error: Task timed out after {seconds:.2f} seconds"
        request.finish(failure("Sandbox.Timedout", message))
        self._note(message.replace("RequestId: ", "").replace("Error: ", ""))
        self.kill()

    def kill(self) -> None:
        """End the process at once."""
        if self.alive:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _read_output(self) -> None:
        """Collect what the process prints until it ends, then fail the request that it leaves behind."""
        output = self._process.stdout
        if output is None:
            return
        with output:
            while self._read_some(output.fileno()):
                pass
        self._process.wait()
        if self._api.current is not None:
            self._report_exit(self._api.current)

    def _read_some(self, output: int) -> bool:
        """Note what is in the pipe; return False when there is no more to come.

        What leaves the pipe is noted before the lock is free: an empty pipe then says that everything is noted.
        """
        select.select([output], [], [])
        with self._lines_lock:
            read = os.read(output, PIPE_BYTES)
            *lines, self._unended = (self._unended + read).split(b"\n")
            if not read and self._unended:
                lines.append(self._unended)
            self._lines += [line.decode(errors="replace") for line in lines]
        return bool(read)

    def _report_exit(self, request: Request) -> None:
        code = self._process.wait()
        how = f"exit status {code}" if code >= 0 else f"signal: {signal.Signals(-code).name}"
        message = f"RequestId: {request.request_id} Error: Runtime exited with error: {how}"
        request.finish(failure("Runtime.ExitError", message))

    def _note(self, line: str) -> None:
        with self._lines_lock:
            self._lines.append(line)

    def _drain(self) -> None:
        """Wait until everything printed so far is read, so that it stands before END in the log."""
        output, unread = self._process.stdout, struct.pack("i", 0)
        while output and not output.closed and self.alive:
            with self._lines_lock:
                (count,) = struct.unpack("i", fcntl.ioctl(output, termios.FIONREAD, unread))
            if not count:
                return
            time.sleep(0.001)

    def _flush(self, request_id: str, milliseconds: float) -> str:
        with self._lines_lock:
            printed, self._lines = self._lines, []
        report = (
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\t"
            f"Billed Duration: {int(milliseconds) + 1} ms\tMemory Size: {self._function.memory_mb} MB"
        )
        start, end = f"START RequestId: {request_id} Version: $LATEST", f"END RequestId: {request_id}"
        lines = [start, *printed, end, report]
        self._logs(account_of(self._function.arn), self._function.log_group, self._stream, lines)
        return "\n".join(lines)[-4096:]
