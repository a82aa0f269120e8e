"""How old is a link's key? What nobody knows counts as too old."""

from __future__ import annotations

from datetime import UTC, datetime

from dxmacsec.fleet import KeySince
from dxmacsec.model import Key, Link, LinkKind, same_ckn
from dxmacsec.policy.tags import Choices


def used_since(link: Link, known: KeySince | None) -> datetime | None:
    """Return since when the key is used: by the ledger, else by the oldest `startOn`; None when nobody knows.

    The ledger's word counts only while the link holds that key. `startOn` may be empty (W14, docs/design.md).
    """
    keys = [key for key in link.keys if key.held]
    if known and any(same_ckn(key.ckn, known.ckn) for key in keys):
        return known.since
    starts = [start for key in keys if (start := _start_on(key))]
    return min(starts) if starts and len(starts) == len(keys) else None


def due_at(
    link: Link, since: datetime | None, chosen: Choices, now: datetime, *, keyed_before: bool = False, onboard: bool
) -> datetime | None:
    """Return when a link is due for its next key; None where it never is, or waits for somebody to give it its first.

    A key whose age nobody knows is due now, and so is a link whose last key is gone (`keyed_before` is what the
    ledger knows of it), or that `onboard` gives its first one.
    """
    if link.kind is LinkKind.HOSTED or not (link.macsec_capable and chosen.rotate):
        return None
    if not (link.keys or keyed_before or onboard):
        return None
    return since + chosen.max_age if since else now


def _start_on(key: Key) -> datetime | None:
    try:
        read = datetime.fromisoformat(key.start_on or "")
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
