"""`python -m real_mka`: real MACsec peers in a virtual machine, rotated by the deployed product."""

from __future__ import annotations

import json
import logging
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rich.console import Console

from real_mka.packages import PackagesUnavailable, fetched
from real_mka.report import printed
from real_mka.scenario import run

if TYPE_CHECKING:
    from types import FrameType

CACHE = Path(__file__).parents[1] / ".cache" / "real-mka"
LIMIT_SECONDS = 300
TIDYING_SECONDS = 20
"""Of the limit: for stopping everything in order; after that the process is stopped whatever it does."""


class TimeIsUp(Exception):
    """The run took longer than it may."""


def main() -> int:
    """Run, print, write the result; return 0 if everything holds or the packages can't be had, else 1."""
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    console, began = Console(soft_wrap=True), time.monotonic()

    def time_is_up(_number: int, _frame: FrameType | None) -> NoReturn:
        console.print(f"[red]not done within {LIMIT_SECONDS - TIDYING_SECONDS} s: stopping[/]")
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(TIDYING_SECONDS)
        raise TimeIsUp

    signal.signal(signal.SIGALRM, time_is_up)
    signal.alarm(LIMIT_SECONDS - TIDYING_SECONDS)

    def say(text: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.0f} s[/]  {text}", highlight=False)

    try:
        say("fetching the Debian packages, once")
        packages = fetched(CACHE)
    except PackagesUnavailable as reason:
        console.print(f"skipped: {reason}", highlight=False, markup=False)
        return 0
    try:
        result = run(packages, say)
    except TimeIsUp:
        return 1
    finally:
        signal.alarm(0)
    document = result.to_json()
    (CACHE / "result.json").write_text(json.dumps(document, indent=1) + "\n")
    printed(result, console)
    return 0 if document["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
