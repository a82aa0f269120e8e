"""One sandbox at a time: moto's state is the process's, so whoever needs another one ends the one that runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from sandbox.cloud import Sandbox

# How long an example takes says how busy the machine is, not whether the product keeps a promise. What lands is
# decided by examples that are the same each time; a person's runs try new ones.
settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("any machine")


class OneSandbox:
    """Keeps the sandbox that runs, so that tests of one kind share it."""

    def __init__(self) -> None:
        """Start with none."""
        self._kind = ""
        self._running: Sandbox | None = None

    def of(self, kind: str, make: Callable[[], Sandbox]) -> Sandbox:
        """Return the running sandbox of this kind; one of another kind is stopped and this one made and started."""
        if self._running is None or self._kind != kind:
            self.stop()
            self._running, self._kind = make().start(), kind
        return self._running

    def stop(self) -> None:
        """Stop what runs; repeating it is safe."""
        if self._running is not None:
            self._running.stop()
        self._running, self._kind = None, ""


@pytest.fixture(scope="session")
def one_sandbox() -> Iterator[OneSandbox]:
    """Return the place where the one sandbox of this process runs."""
    place = OneSandbox()
    yield place
    place.stop()
