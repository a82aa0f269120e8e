"""Looking again and again inside one function call: quick where a line may be dark, and cheap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from dxmacsec.errors import DxMacsecError
from dxmacsec.interfaces import World
from dxmacsec.model import Link, Verdict, Watch

WAITING = "waiting"


def look_until(
    link_id: str,
    watch: Watch | None,
    world: World,
    decide: Callable[[Link, Watch, datetime], Verdict],
    patience: timedelta | None = None,
) -> tuple[Verdict, Watch]:
    """Look every `poll_seconds` until something is decided, or hand back `waiting` after `look_seconds`.

    A look inside a running function costs less than a state transition and reacts within one poll.
    The watch goes on where the call before left it, so a repeat only looks again. With `patience` a look
    that fails is no end, and counts as one that did not see the line up: who watches after a change must
    see whether it cut the line.

    Raises:
        DxMacsecError: a look failed, without patience or after it is over.
    """
    started = world.clock.now()
    watch = watch or Watch(started)
    until = started + timedelta(seconds=world.limits.look_seconds)
    while True:
        link = _look(link_id, watch, world, patience)
        now = world.clock.now()
        watch = watch.seen(up=link is not None and link.encrypted, at=now)
        verdict = decide(link, watch, now) if link else Verdict(WAITING)
        poll = timedelta(seconds=world.limits.poll_seconds)
        if verdict.next != WAITING or now + poll > until:
            return verdict, watch
        world.clock.sleep(world.limits.poll_seconds)


def _look(link_id: str, watch: Watch, world: World, patience: timedelta | None) -> Link | None:
    try:
        return world.direct_connect.link(link_id)
    except DxMacsecError:
        if patience is None or world.clock.now() - watch.started_at >= patience:
            raise
        return None
