"""What the driver does to the machine: run a program, read, write and remove a file."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMAND_SECONDS = 20
"""Longer than any of the commands takes; one that hangs must not hold the agent for ever."""

NOT_RUN = 127


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended, and what it printed."""

    code: int
    out: str
    err: str


class Shell(Protocol):
    """The machine on which the router runs. No argument of a program ever holds a CAK."""

    def run(self, argv: Sequence[str]) -> Ran:
        """Run a program to its end; one that can't be run or hangs ends with a code that isn't 0."""
        ...

    def read(self, path: str) -> str | None:
        """Return a file's text, None where there is none."""
        ...

    def write(self, path: str, text: str) -> None:
        """Put a file in its place in one go: mode 0600, in a folder of mode 0700."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file; one that isn't there is no matter."""
        ...

    def wait(self, seconds: float) -> None:
        """Let the machine work for a while."""
        ...


class LocalShell:
    """The machine that the agent itself runs on."""

    def run(self, argv: Sequence[str]) -> Ran:
        """Run a program to its end."""
        try:
            done = subprocess.run(  # noqa: S603 - the driver's own commands, without a shell
                list(argv),
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Ran(NOT_RUN, "", type(error).__name__)
        return Ran(done.returncode, done.stdout, done.stderr)

    def read(self, path: str) -> str | None:
        """Return a file's text, None where there is none."""
        try:
            return Path(path).read_text()
        except FileNotFoundError:
            return None

    def write(self, path: str, text: str) -> None:
        """Put a file in its place in one go; it is never readable by others, not even for a moment."""
        target = Path(path)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.parent.chmod(0o700)
        half = target.with_name(f"{target.name}.half")
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)

    def remove(self, path: str) -> None:
        """Remove a file; one that isn't there is no matter."""
        Path(path).unlink(missing_ok=True)

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)
