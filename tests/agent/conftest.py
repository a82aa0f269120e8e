"""A queue, a key secret and a router for the agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

LINK = "dxcon-fg5678gh"


@pytest.fixture
def body() -> Callable[..., dict[str, Any]]:
    """Return a maker of router task messages."""

    def make(**change: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the message
        return {
            "schema": 1,
            "task": "install",
            "task_id": "rotation-1.install.0",
            "task_token": "token-1",
            "rotation": "rotation-1",
            "link": LINK,
            "link_kind": "connection",
            "ports": [LINK],
            "key_secret": f"dxmacsec/{LINK}",
            "version_id": "11111111-1111-4111-8111-111111111111",
            "ckn": "ab" * 32,
            "old_ckns": ["cd" * 32],
            "deadline": "2026-01-02T03:04:05+00:00",
            "what": "Add this key.",
            **change,
        }

    return make
