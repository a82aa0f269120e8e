"""Terminals in which a test types what a document says: one that stays open, and one for a command at a time."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
from collections.abc import Mapping
from pathlib import Path

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ROWS, COLUMNS = 60, 120
PATIENCE_SECONDS = 60


class OpenTerminal:
    """A command in a terminal of its own that is drawn on again and again."""

    def __init__(self, command: str, folder: Path, environment: Mapping[str, str]) -> None:
        """Type the command."""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._process = subprocess.Popen(  # noqa: S603 - what the document says
            ["/bin/bash", "-c", command],
            cwd=folder,
            env={**environment, "TERM": "xterm", "NO_COLOR": "1"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._drawn = b""
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def lines(self) -> list[str]:
        """Return every line that was drawn so far, each as often as it was drawn."""
        return re.split(r"[\r\n]+", ESCAPES.sub("", self._drawn.decode(errors="replace")))

    def answer(self, text: str) -> None:
        """Type an answer."""
        os.write(self._ours, f"{text}\n".encode())

    def ended(self) -> int:
        """Wait for the command's end and return its exit code."""
        code = self._process.wait(PATIENCE_SECONDS)
        self._reading.join()
        return code

    def close(self) -> None:
        """Hang up; repeating it is safe."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE_SECONDS)

    def _read(self) -> None:
        while True:
            try:
                read = os.read(self._ours, 65536)
            except OSError:  # Linux says so when the last process has left the terminal.
                break
            if not read:
                break
            self._drawn += read
        os.close(self._ours)


def typed(command: str, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Type a command, and return its exit code and all that it printed."""
    done = subprocess.run(  # noqa: S603 - what the document says
        ["/bin/bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env={**environment, "COLUMNS": str(COLUMNS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    return done.returncode, done.stdout
