"""The asset that all functions share: source and dependencies, the same bytes for the same input."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from infra.byte_code import Interpreter, compile_all, interpreter_of
from infra.dependencies import RUNTIME_PYTHON, compiled, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
_SOURCE = ROOT / "functions"
_LOCK = ROOT / "requirements" / "runtime.txt"
_CACHE = ROOT / ".cache" / "asset"
# The earliest time that a zip file can hold.
_EPOCH_SECONDS = 315_532_800
_NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


@contextmanager
def staged(*, dependencies: bool = True, byte_code: bool = True) -> Iterator[Path]:
    """Lend a folder with the asset's content; it is gone when the block ends.

    CDK copies a file asset when the construct is made, so the folder need not live until synthesis ends.

    Args:
        dependencies: Whether the pinned dependencies are in it; without them no function starts, but a
            template can be looked at.
        byte_code: Whether byte code is added to source and dependencies, where this machine has the runtime's
            own Python; without it a cold start takes about twice as long.

    Raises:
        AssetError: if the dependencies can't be installed or are not pure Python.
    """
    interpreter = _runtime_python() if dependencies and byte_code else None
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "asset"
        shutil.copytree(_SOURCE, folder, ignore=_NOT_SHIPPED)
        if interpreter:
            compile_all(folder, folder, interpreter)
            shutil.copytree(compiled(_LOCK, _CACHE, interpreter), folder, dirs_exist_ok=True)
        elif dependencies:
            shutil.copytree(installed(_LOCK, _CACHE), folder, ignore=_NOT_SHIPPED, dirs_exist_ok=True)
        _normalise(folder)
        yield folder


def _runtime_python() -> Interpreter | None:
    """Return the runtime's own Python, or say that the asset goes without byte code."""
    interpreter = interpreter_of(RUNTIME_PYTHON)
    if interpreter is None:
        sys.stderr.write(
            f"The asset holds no byte code: there is no python{RUNTIME_PYTHON}; cold starts take longer.\n"
        )
    return interpreter


def _normalise(folder: Path) -> None:
    """Give every file and folder the same time and rights, whoever built it and when."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (_EPOCH_SECONDS, _EPOCH_SECONDS))
