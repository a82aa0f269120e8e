"""A twin of its own for each test."""

from __future__ import annotations

import pytest

from tests.twin.bench import Bench


@pytest.fixture
def bench() -> Bench:
    """Return a twin in the default world."""
    return Bench()
