"""Start times, where the key that started last is used: how a new key waits, and whether it is the last already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dxmacsec.model import same_ckn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.platforms.platform import HeldKey

PARKED = datetime(2000, 1, 1)  # noqa: DTZ001 - the device's own time, which has no zone
"""Before any key that a person gave a start."""


def parked(keys: Sequence[HeldKey], now: datetime) -> datetime:
    """Return a start that makes a new key valid, but older than every other; in an empty chain it starts now."""
    if not keys:
        return now.replace(second=0, microsecond=0, tzinfo=None)
    return min([PARKED, *(key.starts for key in keys if key.starts)]) - timedelta(minutes=1)


def is_last(key: HeldKey, keys: Sequence[HeldKey]) -> bool:
    """Tell whether a key surely started after all others."""
    others = [each.starts for each in keys if not same_ckn(each.ckn, key.ckn)]
    return key.starts is not None and all(start is not None and start < key.starts for start in others)
