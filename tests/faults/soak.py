"""`python -m tests.faults.soak`: the whole matrix, every world, and long random runs, within `SOAK_MINUTES`.

It ends with a table of figures, and with status 1 where anything failed. What did not fit into the time is
said, and is no failure.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from sandbox.twin import ALTERNATIVES
from tests.faults.case import Case, Result
from tests.faults.matrix import all_cases, known, row_of
from tests.faults.walking import walked

MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
FOR_THE_MATRIX = 0.7
"""The share of the time that the matrix may take; worlds and random runs have the rest."""
EXAMPLES_A_MINUTE = 40
RANDOM_RUNS = ["tests/properties/test_rotation_properties.py", "tests/properties/test_compliance_properties.py"]
WORLDS = ["tests/walk/test_worlds.py"]


@dataclass
class Figures:
    """What was done, and what failed."""

    cases: int = 0
    gaps: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def _judged(case: Case, result: Result | str, figures: Figures) -> Iterator[str]:
    """Yield what is wrong with a case: a broken promise, or another end than the page says."""
    figures.cases += 1
    if isinstance(result, str):
        yield f"{case.id}\n{result}"
        return
    try:
        row = row_of(case, result)
    except ValueError as error:
        yield f"{case.id}: {error}"
        return
    figures.gaps += bool(row.gap)
    if row != known().get(case.id):
        yield f"{case.id}: ended as {row}, the page says {known().get(case.id)}"


def _matrix(figures: Figures, until: float, console: Console) -> None:
    cases = list(all_cases())
    random.Random(0).shuffle(cases)  # noqa: S311 - an order, no secret: what the time cuts off is spread evenly
    columns = (
        TextColumn("fault matrix"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("", total=len(cases))
        for case, result in walked(cases, until=until):
            for wrong in _judged(case, result, figures):
                figures.failures.append(wrong)
                progress.console.print(wrong, markup=False)
            progress.advance(bar)


def _tests(paths: list[str], figures: Figures, console: Console, minutes: float, **environment: str) -> None:
    """Run tests in a process of their own; time that is over is said."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout", "0", *paths]
    console.rule(" ".join(paths))
    try:
        done = subprocess.run(  # noqa: S603 - our own tests
            command, env={**os.environ, **environment}, timeout=max(30.0, minutes * 60), check=False
        )
    except subprocess.TimeoutExpired:
        console.print("not over when the time was")
        return
    if done.returncode:
        figures.failures.append(f"{' '.join(paths)}: status {done.returncode}")


def main() -> int:
    """Soak, print the figures, return the exit status."""
    console, figures, started = Console(), Figures(), time.time()
    end = started + MINUTES * 60
    _matrix(figures, started + MINUTES * 60 * FOR_THE_MATRIX, console)
    figures.seconds["matrix"] = time.time() - started
    _tests(WORLDS, figures, console, (end - time.time()) / 60)
    figures.seconds["worlds"] = time.time() - started - figures.seconds["matrix"]
    examples = max(30, int(EXAMPLES_A_MINUTE * (end - time.time()) / 60))
    _tests(RANDOM_RUNS, figures, console, (end - time.time()) / 60 + 1, DXMACSEC_EXAMPLES=str(examples))
    figures.seconds["random runs"] = time.time() - started - sum(figures.seconds.values())
    table = Table("figure", "value", title="make soak")
    table.add_row("cases walked", f"{figures.cases} of {len(all_cases())}")
    table.add_row("of them known gaps", str(figures.gaps))
    table.add_row("worlds tried", str(sum(len(values) - 1 for values in ALTERNATIVES.values())))
    table.add_row("random runs a property", str(examples))
    table.add_row("failures", str(len(figures.failures)))
    for what, seconds in figures.seconds.items():
        table.add_row(f"seconds for the {what}", f"{seconds:.0f}")
    console.print(table)
    return 1 if figures.failures else 0


if __name__ == "__main__":
    sys.exit(main())
