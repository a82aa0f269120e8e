"""Waiting until the sandbox has nothing to do, and says what is left where it never does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

LOOK_SECONDS: Final = 0.05
QUIET_LOOKS: Final = 3
"""How many looks in a row must find nothing: what is handed over is for a moment in nobody's hands."""

Busy = Callable[[], Sequence[str]]
"""Says what is still to do, one sentence each; nothing when there is nothing."""


class RestlessError(TimeoutError):
    """The sandbox did not settle in the given time; the message says what was left to do."""


def settle(busy: Busy, patience_seconds: float) -> None:
    """Wait until nothing is left to do, and nothing comes for a moment.

    Raises:
        RestlessError: something was still to do when the patience was over.
    """
    deadline = time.monotonic() + patience_seconds
    quiet = 0
    while quiet < QUIET_LOOKS:
        left = busy()
        quiet = 0 if left else quiet + 1
        if left and time.monotonic() > deadline:
            detail = f"after {patience_seconds:g} s there is still: {', '.join(left)}"
            raise RestlessError(detail)
        time.sleep(LOOK_SECONDS)
