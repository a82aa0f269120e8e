"""Byte code in the asset, of the Lambda runtime's own Python: any other one ignores it, and compiles at each start."""

from __future__ import annotations

import platform
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TASK_ROOT = "/var/task"
"""Where Lambda puts the asset: the path that byte code has in a traceback."""

_WHO = "import platform, sys; print(platform.python_version(), sys.executable, sep='\\n')"
_ASK_SECONDS = 20


@dataclass(frozen=True)
class Interpreter:
    """A Python: its executable, and its release (`3.13.1`)."""

    executable: str
    release: str


OWN = Interpreter(sys.executable, platform.python_version())
"""The Python that runs this."""


def interpreter_of(version: str) -> Interpreter | None:
    """Return a Python of this version (`3.13`): the one that runs this, else the one of the path, else None.

    What is found is asked: a name on the path may be a shim with nothing behind it.
    """
    if OWN.release.startswith(f"{version}."):
        return OWN
    command = [f"python{version}", "-I", "-c", _WHO]
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, text=True, check=True, timeout=_ASK_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    release, executable = (*answer.stdout.splitlines(), "", "")[:2]
    return Interpreter(executable, release) if release.startswith(f"{version}.") else None


def compile_all(folder: Path, root: Path, interpreter: Interpreter) -> None:
    """Compile everything in a folder of the asset at `root`; the same source and release give the same bytes.

    Byte code is never compared with its source (PEP 552, unchecked): an asset is not edited, and the times of its
    files say nothing.

    Raises:
        subprocess.CalledProcessError: something in it is no Python of that version.
    """
    command = [interpreter.executable, "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(root), "-p", TASK_ROOT, str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - an interpreter that was asked
