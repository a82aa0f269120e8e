"""Waiting for what happens beside a test."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sandbox.cloud.vocabulary import Json


def eventually(look: Callable[[], Any], good: Callable[[Any], Any], seconds: float = 60.0) -> Json:
    """Look until what is seen is good, and return it; fail after the given seconds."""
    deadline = time.monotonic() + seconds
    while not good(seen := look()):
        assert time.monotonic() < deadline, f"still {seen}"
        time.sleep(0.05)
    return seen
