"""Looking again and again inside one function call: quick where a line may be dark, and cheap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from dxmacsec.interfaces import World
from dxmacsec.model import Link, Verdict, Watch

WAITING = "waiting"


def look_until(
    link_id: str, watch: Watch | None, world: World, decide: Callable[[Link, Watch, datetime], Verdict]
) -> tuple[Verdict, Watch, Link]:
    """Look every `poll_seconds` until something is decided, or hand back `waiting` after `look_seconds`.

    A look inside a running function costs less than a state transition and reacts within one poll.
    The watch goes on where the call before left it, so a repeat only looks again.
    """
    started = world.clock.now()
    watch = watch or Watch(started)
    until = started + timedelta(seconds=world.limits.look_seconds)
    while True:
        link = world.direct_connect.link(link_id)
        now = world.clock.now()
        watch = watch.seen(up=link.encrypted, at=now)
        verdict = decide(link, watch, now)
        poll = timedelta(seconds=world.limits.poll_seconds)
        if verdict.next != WAITING or now + poll > until:
            return verdict, watch, link
        world.clock.sleep(world.limits.poll_seconds)
