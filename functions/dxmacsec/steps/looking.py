"""Looking again and again inside one function call: quick where a line may be dark, and cheap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import overload

from dxmacsec.errors import DxMacsecError
from dxmacsec.interfaces import World
from dxmacsec.model import Link, Verdict, Watch
from dxmacsec.policy.pace import stretched

WAITING = "waiting"
LONGEST_GAP = timedelta(seconds=60)
"""How long nobody may look, between two calls of a function, before the time that a line is up counts anew."""

Decide = Callable[[Link, Watch, datetime], Verdict]
"""A policy that says what one look means."""

Counts = Callable[[Link], bool]
"""Whether a look counts as one that saw the line up."""


def _encrypted(link: Link) -> bool:
    return link.encrypted


@overload
def look_until(
    link_id: str,
    watch: Watch | None,
    world: World,
    decide: Decide,
    *,
    counts: Counts = _encrypted,
    may_stretch: bool = False,
) -> tuple[Verdict, Watch, Link]: ...


@overload
def look_until(
    link_id: str,
    watch: Watch | None,
    world: World,
    decide: Decide,
    patience: timedelta,
    *,
    counts: Counts = _encrypted,
    may_stretch: bool = False,
) -> tuple[Verdict, Watch, Link | None]: ...


def look_until(
    link_id: str,
    watch: Watch | None,
    world: World,
    decide: Decide,
    patience: timedelta | None = None,
    *,
    counts: Counts = _encrypted,
    may_stretch: bool = False,
) -> tuple[Verdict, Watch, Link | None]:
    """Look every `poll_seconds` until something is decided, or hand back `waiting` after `look_seconds`.

    A look inside a running function costs less than a state transition and reacts within one poll.
    The watch goes on where the call before left it, so a repeat only looks again, and not before its time.
    With `patience` a look that fails is no end, and counts as one that did not see the line up: who watches
    after a change must see whether it cut the line. `counts` says which looks the watch's time is made of; a
    time in which nobody looked, because the function failed or was throttled, is none of it. Only who waits
    for something harmless `may_stretch` the time between two looks, as it grows long.

    Raises:
        DxMacsecError: a look failed, without patience or after it is over.
    """
    started = world.clock.now()
    watch = watch or Watch(started)
    until = started + timedelta(seconds=world.limits.look_seconds)
    _sleep_to(min(_next_look(watch, world, may_stretch=may_stretch), until), world)
    while True:
        link = _look(link_id, watch, world, patience)
        now = world.clock.now()
        watch = watch.seen(up=link is not None and counts(link), at=now, longest_gap=LONGEST_GAP)
        verdict = decide(link, watch, now) if link else Verdict(WAITING)
        if verdict.next != WAITING:
            return verdict, watch, link
        following = _next_look(watch, world, may_stretch=may_stretch)
        # What is left of this call is waited for here: a call that is handed back early costs transitions.
        _sleep_to(min(following, until), world)
        if following - until > (following - now) / 2:
            return verdict, watch, link


def _next_look(watch: Watch, world: World, *, may_stretch: bool) -> datetime:
    """Return when to look again; at once where nobody has looked yet."""
    looked_at, poll = watch.looked_at, timedelta(seconds=world.limits.poll_seconds)
    if looked_at is None:
        return watch.started_at
    return looked_at + (stretched(looked_at - watch.started_at, poll) if may_stretch else poll)


def _sleep_to(when: datetime, world: World) -> None:
    if (left := (when - world.clock.now()).total_seconds()) > 0:
        world.clock.sleep(left)


def _look(link_id: str, watch: Watch, world: World, patience: timedelta | None) -> Link | None:
    try:
        return world.direct_connect.link(link_id)
    except DxMacsecError:
        if patience is None or world.clock.now() - watch.started_at >= patience:
            raise
        return None
