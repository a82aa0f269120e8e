"""`python -m real_mka`: real MACsec peers in a virtual machine, rotated by the deployed product."""

from __future__ import annotations

import json
import logging
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rich.console import Console

from real_mka.packages import PackagesUnavailable, fetched
from real_mka.report import printed
from real_mka.scenario import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

CACHE = Path(__file__).parents[1] / ".cache" / "real-mka"
LIMIT_SECONDS = 300
TIDYING_SECONDS = 20
"""Of the limit: for stopping everything in order; after that the process is stopped whatever it does."""


class TimeIsUp(Exception):
    """The run took longer than it may."""


def main() -> int:
    """Run within the time limit; return 0 if everything holds or the packages can't be had, else 1."""
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    console = Console(soft_wrap=True)
    try:
        with limited(console):
            return shown(console)
    except TimeIsUp:
        return 1


def shown(console: Console) -> int:
    """Run the scenario, print it, write its result; return the exit code."""
    began = time.monotonic()

    def say(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.0f} s[/]  {text}", highlight=False)

    try:
        say("fetching the Debian packages, once")
        packages = fetched(CACHE)
    except PackagesUnavailable as reason:
        console.print(f"skipped: {reason}", highlight=False, markup=False)
        return 0
    result = run(packages, say)
    document = result.to_json()
    (CACHE / "result.json").write_text(json.dumps(document, indent=1) + "\n")
    printed(result, console)
    return 0 if document["holds"] else 1


@contextmanager
def limited(console: Console) -> Iterator[None]:
    """Raise TimeIsUp in the main thread when the time is up; a while later the process ends whatever it does."""

    def time_is_up(_number: int, _frame: FrameType | None) -> NoReturn:
        console.print(f"[red]not done within {LIMIT_SECONDS - TIDYING_SECONDS} s: stopping[/]")
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(TIDYING_SECONDS)
        raise TimeIsUp

    signal.signal(signal.SIGALRM, time_is_up)
    signal.alarm(LIMIT_SECONDS - TIDYING_SECONDS)
    yield
    signal.alarm(0)


if __name__ == "__main__":
    sys.exit(main())
