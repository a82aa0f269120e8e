"""How old is a link's key? What nobody knows counts as too old."""

from __future__ import annotations

from datetime import UTC, datetime

from dxmacsec.fleet import KeySince
from dxmacsec.model import Key, Link, same_ckn


def used_since(link: Link, known: KeySince | None) -> datetime | None:
    """Return since when the key is used: by the ledger, else by the oldest `startOn`; None when nobody knows.

    The ledger's word counts only while the link holds that key. `startOn` may be empty (W14, docs/design.md).
    """
    keys = [key for key in link.keys if key.held]
    if known and any(same_ckn(key.ckn, known.ckn) for key in keys):
        return known.since
    starts = [start for key in keys if (start := _start_on(key))]
    return min(starts) if starts and len(starts) == len(keys) else None


def _start_on(key: Key) -> datetime | None:
    try:
        read = datetime.fromisoformat(key.start_on or "")
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
