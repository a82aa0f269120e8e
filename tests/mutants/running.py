"""Runs a test against a copy of the functions in which one thing is broken; the work tree stays as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.mutants.mutant import FUNCTIONS, ROOT, Mutant, StaleError

LONGEST_RUN_SECONDS = 600
PASSED, FAILED = 0, 1
"""pytest's exit codes for tests that ran; every other one says that they could not."""


class Fate(StrEnum):
    """What became of a mutant."""

    CAUGHT = "caught"
    SURVIVED = "survived"
    STALE = "stale"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Result:
    """A mutant, its fate, and the last words of its test."""

    mutant: Mutant
    fate: Fate
    words: str = ""


def judged(mutant: Mutant) -> Result:
    """Break a copy of the functions, run the mutant's test on it, and say whether the test failed."""
    try:
        with _copy(mutant) as functions:
            code, words = run_tests([mutant.test], functions)
    except StaleError as error:
        return Result(mutant, Fate.STALE, str(error))
    fate = {PASSED: Fate.SURVIVED, FAILED: Fate.CAUGHT}.get(code, Fate.NOT_RUN)
    return Result(mutant, fate, words)


@contextmanager
def _copy(mutant: Mutant) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        functions = Path(folder) / "functions"
        shutil.copytree(FUNCTIONS, functions, ignore=shutil.ignore_patterns("__pycache__"))
        file = functions / mutant.path
        file.write_text(mutant.broken(file.read_text(encoding="utf-8")), encoding="utf-8")
        yield functions


def run_tests(tests: Sequence[str], functions: Path = FUNCTIONS) -> tuple[int, str]:
    """Run tests by node id with a folder of functions first on the path; return pytest's code and last lines.

    Nothing is written beside the tests: no bytecode, no cache, and Hypothesis keeps its examples elsewhere.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["-o", f"pythonpath={functions} {ROOT}", "--import-mode=importlib", *tests]
    with tempfile.TemporaryDirectory(prefix="examples-") as examples:
        environment = {
            **os.environ,
            "PYTHONPATH": f"{functions}{os.pathsep}{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": examples,
        }
        ran = subprocess.run(  # noqa: S603 - our own interpreter and our own tests
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST_RUN_SECONDS
        )
    return ran.returncode, "\n".join((ran.stdout + ran.stderr).strip().splitlines()[-12:])
