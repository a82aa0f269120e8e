"""Reading a key chain of a Cisco configuration: keys by their CKN, each with its lifetime."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.platforms.cisco import lifetime
from agent.platforms.platform import HeldKey

if TYPE_CHECKING:
    from datetime import datetime

_KEY = re.compile(r"^\s*key ([0-9A-Fa-f]{2,64})\s*$")
_STRING = re.compile(r"^\s*key-(?:octet-)?string \S")


def keys_of(shown: str) -> tuple[HeldKey, ...]:
    """Return the keys in the order of the configuration."""
    times: dict[str, tuple[datetime | None, datetime | None]] = {}
    whole: set[str] = set()
    current = None
    for line in shown.splitlines():
        if key := _KEY.match(line):
            current = key[1]
            times[current] = (None, None)
        elif current and _STRING.match(line):
            whole.add(current)
        elif current and "lifetime" in line:
            times[current] = lifetime(line)
    return tuple(HeldKey(ckn, starts, ends, whole=ckn in whole) for ckn, (starts, ends) in times.items())
