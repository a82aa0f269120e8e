"""The first process in the virtual machine: does what the host asks over one serial line.

A request is one line, `(number, name, *arguments)` as Python writes it, and so is its answer,
`(number, "ok" or "error", value)`. Requests are worked on side by side. When the line ends, the machine stops.
"""

from __future__ import annotations

import ast
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

INIT = 1
"""Only as the first process of its machine may it switch that off."""

HALT_SECONDS = 1
PART_BYTES = 65_536


class Line:
    """The serial line; whole lines are written by whoever holds the lock."""

    def __init__(self, path: str) -> None:
        """Open the line, once: a second opening of the port is refused."""
        self._port = os.open(path, os.O_RDWR)
        self._lock = threading.Lock()

    def requests(self) -> Iterator[tuple[Any, ...]]:
        """Yield each request."""
        rest = b""
        while part := os.read(self._port, PART_BYTES):
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                yield ast.literal_eval(line.decode())

    def answer(self, *words: object) -> None:
        """Write one answer."""
        text = repr(words).encode() + b"\n"
        with self._lock:
            while text:
                text = text[os.write(self._port, text) :]


class Programs:
    """What runs in the background, by its process number."""

    def __init__(self) -> None:
        """Start with none."""
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, argv: Sequence[str], log: str) -> int:
        """Start a program that goes on running, with its output in a file."""
        with Path(log).open("wb") as out:
            program = subprocess.Popen(  # noqa: S603 - the host says what runs
                argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )
        self._running[program.pid] = program
        return program.pid

    def stop(self, pid: int, seconds: float) -> int:
        """Interrupt a program, as one does at a keyboard, and return how it ended."""
        program = self._running.pop(pid)
        program.send_signal(signal.SIGINT)
        try:
            return program.wait(seconds)
        except subprocess.TimeoutExpired:
            program.kill()
            return program.wait()


def run(argv: Sequence[str], seconds: float) -> tuple[int, str, str]:
    """Run a program to its end."""
    try:
        done = subprocess.run(  # noqa: S603 - the host says what runs
            argv, capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL, check=False
        )
    except FileNotFoundError as error:
        return 127, "", str(error)
    except subprocess.TimeoutExpired:
        return 124, "", f"no end within {seconds} s"
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def read(path: str, offset: int, size: int) -> bytes | None:
    """Return a part of a file; None where there is no file."""
    try:
        with Path(path).open("rb") as file:
            file.seek(offset)
            return file.read(size)
    except FileNotFoundError:
        return None


def write(path: str, body: bytes, mode: int) -> None:
    """Put a file in its place in one go, in a folder that only its owner may enter."""
    target = Path(path)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = target.with_name(target.name + ".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(body)
    half.rename(target)


def remove(path: str) -> None:
    """Remove a file; one that isn't there is no matter."""
    with contextlib.suppress(FileNotFoundError):
        Path(path).unlink()


def main() -> None:
    """Serve the line until it ends."""
    line, programs = Line(sys.argv[1]), Programs()
    doing: dict[str, Callable[..., object]] = {
        "now": time.time,
        "run": run,
        "start": programs.start,
        "stop": programs.stop,
        "read": read,
        "write": write,
        "remove": remove,
    }

    def serve(number: int, name: str, *arguments: Any) -> None:  # noqa: ANN401 - each has its own
        try:
            line.answer(number, "ok", doing[name](*arguments))
        except Exception as error:  # noqa: BLE001 - the host shall hear of whatever it is
            line.answer(number, "error", f"{type(error).__name__}: {error}")

    line.answer(0, "ok", "ready")
    for request in line.requests():
        threading.Thread(target=serve, args=request, daemon=True).start()


if __name__ == "__main__":
    try:
        main()
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        if os.getpid() == INIT:
            subprocess.run(["/bin/busybox", "poweroff", "-f"], check=False)
            time.sleep(HALT_SECONDS)
