"""How large the asset is: zipped as source, and with byte code of the runtime's own Python where there is one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure
from infra.asset import staged
from infra.dependencies import RUNTIME_PYTHON

AREA = "asset"
SOURCE_MEBIBYTES = 4
BYTE_CODE_MEBIBYTES = 6


def measure() -> list[Figure]:
    """Build the asset as a deployment does, and weigh it."""
    with staged() as folder, TemporaryDirectory() as scratch:
        source = zipped_mebibytes(folder, Path(scratch) / "source.zip")
        copied = Path(scratch) / "compiled"
        shutil.copytree(folder, copied)
        interpreter, own = runtime_python()
        _compile(interpreter, copied)
        compiled = zipped_mebibytes(copied, Path(scratch) / "compiled.zip")
    note = "" if own else f"byte code of {Path(interpreter).name}: Lambda would ignore it, so no deployment ships it"
    return [
        Figure(AREA, "zipped, as source", source, "MiB", SOURCE_MEBIBYTES),
        Figure(AREA, "zipped, with byte code", compiled, "MiB", BYTE_CODE_MEBIBYTES, note=note),
    ]


def runtime_python() -> tuple[str, bool]:
    """Return the Lambda runtime's own version of Python where this machine has it, else the one that runs this."""
    command = f"python{RUNTIME_PYTHON}"
    asked = [command, "-c", "import sys; print(sys.executable)"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603 - a fixed command
    except (OSError, subprocess.CalledProcessError):
        return sys.executable, False
    return answer.stdout.strip(), True


def zipped_mebibytes(folder: Path, target: Path) -> float:
    """Zip a folder as a deployment does and return the size in MiB."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return target.stat().st_size / 2**20


def _compile(interpreter: str, folder: Path) -> None:
    command = [interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - our own interpreter and folder
