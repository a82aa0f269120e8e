"""When to look again: quick right after an action, and later and later while a harmless wait goes on."""

from __future__ import annotations

from datetime import timedelta

GROWS_BY = 30
"""The pause grows by a second for so many seconds of waiting."""
SOON_AT_MOST = 1.6
"""So many times the shortest pause, until the wait is a long one."""
LONG_SHARE = 60
"""Of a long wait the pause is a sixtieth: whoever waited for half an hour is told half a minute late."""


def stretched(waited: timedelta, shortest: timedelta) -> timedelta:
    """Return the pause before the next look at something that is waited for, and harmless meanwhile.

    It begins at `shortest`, grows to 1.6 times that within the first minutes, and is a sixtieth of the wait where
    that takes long. Not for a line that may be dark: there the shortest pause always holds.
    """
    soon = min(shortest + waited / GROWS_BY, shortest * SOON_AT_MOST)
    return max(soon, waited / LONG_SHARE)
