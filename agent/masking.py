"""Keeping key material out of what a device or a program says about its failure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "(…)"

SHORTEST_SECRET = 4
"""Shorter texts are no secrets; masking them would blot out half a sentence."""


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return a text without any of the secrets, whatever the case of their letters."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            text = re.sub(re.escape(secret), MASK, text, flags=re.IGNORECASE)
    return text
