"""Says on stderr how far a run of the benchmarks is, and ends an area that takes too long."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_shown: list[Callable[[str], None]] = []


class TookTooLong(BaseException):
    """An area did not end in the time that it has; nothing that is measured may take it for a failure of its own."""


def tell(what: str) -> None:
    """Say what is measured now; where nobody shows it, say nothing."""
    for show in _shown:
        show(what)


@contextmanager
def shown(areas: int) -> Iterator[Callable[[], None]]:
    """Show a bar of so many areas on stderr; what is handed out is called after each of them."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=areas)
        _shown.append(lambda what: progress.update(task, description=what))
        try:
            yield lambda: progress.advance(task)
        finally:
            _shown.pop()


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Swallow what this process and its children write to stdout: logs for Lambda, and no part of the document."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def at_most(seconds: float, what: str) -> Iterator[None]:
    """End what runs in here after so many seconds.

    Raises:
        TookTooLong: it did not end by itself.
    """

    def over(*_signal: Any) -> None:  # noqa: ANN401 - the signal and its frame
        message = f"{what} did not end within {seconds:g} seconds"
        raise TookTooLong(message)

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
