"""`python -m tests.mutants`: break the product in every listed way, and see that a test notices each.

`--page` writes docs/mutants.md instead; words after that choose the mutants whose promise, break or file has them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import Mutant
from tests.mutants.page import PAGE, page
from tests.mutants.running import PASSED, Fate, Result, judged, run_tests

MOST_PROCESSES = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the chosen mutants and return 0 when every one was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--page", action="store_true", help="write docs/mutants.md and run nothing")
    parser.add_argument("--processes", type=int, default=MOST_PROCESSES, help="tests that run at the same time")
    parser.add_argument("words", nargs="*", help="only mutants with one of these words")
    chosen = parser.parse_args(arguments)
    if chosen.page:
        PAGE.write_text(page(MUTANTS), encoding="utf-8")
        return 0
    console = Console()
    mutants = [each for each in MUTANTS if not chosen.words or _has(each, chosen.words)]
    code, words = run_tests(sorted({each.test for each in mutants}))
    if code != PASSED:
        console.print(f"The tests do not pass on the code as it is:\n{words}", markup=False)
        return 2
    results = _judge(mutants, chosen.processes, console)
    _show(results, console)
    return int(any(result.fate is not Fate.CAUGHT for result in results))


def _has(mutant: Mutant, words: Sequence[str]) -> bool:
    text = f"{mutant.promise} {mutant.breaks} {mutant.file}".lower()
    return any(word.lower() in text for word in words)


def _judge(mutants: Sequence[Mutant], processes: int, console: Console) -> list[Result]:
    results: dict[Mutant, Result] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(processes) as pool:
        bar = progress.add_task("Breaking the product", total=len(mutants))
        for done in as_completed([pool.submit(judged, mutant) for mutant in mutants]):
            result = done.result()
            results[result.mutant] = result
            progress.advance(bar)
            if result.fate is not Fate.CAUGHT:
                console.print(f"{result.fate}: {result.mutant.breaks}\n{result.words}", markup=False)
    return [results[mutant] for mutant in mutants]


def _show(results: Sequence[Result], console: Console) -> None:
    table = Table("promise", *Fate, title="Mutants by promise")
    promises = dict.fromkeys(result.mutant.promise for result in results)
    for promise in promises:
        fates = Counter(result.fate for result in results if result.mutant.promise is promise)
        table.add_row(str(promise), *(str(fates[fate]) for fate in Fate))
    all_fates = Counter(result.fate for result in results)
    table.add_section()
    table.add_row("all", *(str(all_fates[fate]) for fate in Fate))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
