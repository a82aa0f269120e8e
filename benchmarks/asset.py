"""How large the asset is: zipped as source, and with byte code of the runtime's own Python where there is one."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure
from infra.asset import staged
from infra.byte_code import OWN, compile_all, interpreter_of
from infra.dependencies import RUNTIME_PYTHON

AREA = "asset"
SOURCE_MEBIBYTES = 4
BYTE_CODE_MEBIBYTES = 6


def measure() -> list[Figure]:
    """Build the asset as a deployment does, and weigh it."""
    interpreter = interpreter_of(RUNTIME_PYTHON)
    with staged(byte_code=False) as folder, TemporaryDirectory() as scratch:
        source = zipped_mebibytes(folder, Path(scratch) / "source.zip")
        compile_all(folder, folder, interpreter or OWN)
        compiled = zipped_mebibytes(folder, Path(scratch) / "compiled.zip")
    note = f"byte code of {OWN.release}: a deployment ships only {RUNTIME_PYTHON}'s, which is not here"
    return [
        Figure(AREA, "zipped, as source", source, "MiB", SOURCE_MEBIBYTES),
        Figure(AREA, "zipped, with byte code", compiled, "MiB", BYTE_CODE_MEBIBYTES, note="" if interpreter else note),
    ]


def zipped_mebibytes(folder: Path, target: Path) -> float:
    """Zip a folder as a deployment does and return the size in MiB."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return target.stat().st_size / 2**20
