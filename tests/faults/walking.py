"""Walks many cases in as many processes as there are cores."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Iterator, Sequence
from multiprocessing import get_context

from tests.faults.case import Case, Result, run
from tests.faults.matrix import all_cases

QUIET = {"POWERTOOLS_LOG_LEVEL": "CRITICAL"}
"""Thousands of walks write hundreds of thousands of lines that nobody reads."""


def walked(cases: Sequence[Case], *, until: float = float("inf")) -> Iterator[tuple[Case, Result | str]]:
    """Yield each case with its result, or with what it raised, as they come; none is begun after `until`."""
    os.environ.update(QUIET)
    numbers = {case.id: number for number, case in enumerate(all_cases())}
    work = [(numbers[case.id], until) for case in cases]
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for number, result in pool.imap_unordered(_walk, work, chunksize=4):
            if result is not None:
                yield all_cases()[number], result


def _walk(job: tuple[int, float]) -> tuple[int, Result | str | None]:
    number, until = job
    if time.time() > until:
        return number, None
    try:
        return number, run(all_cases()[number])
    except Exception:  # noqa: BLE001 - whatever a case raises is its result, and a failure
        return number, traceback.format_exc(limit=-4)
