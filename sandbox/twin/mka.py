"""MKA on one port: which key the two ends carry, and what a change of it costs; pure functions.

    both ends hold it, port runs   ──▶ starting ──▶ up ──▶ (another key) gap ──▶ up
    nothing in common any more     ──▶ silent until noticed ──▶ down

Key in use = the pair that both ends offer with the same CAK, newest at AWS first (section 1, W12, W26).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.twin.pair import Pair
    from sandbox.twin.world import World

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Session:
    """The MKA session of a port.

    Attributes:
        pair: the pair that is carried, or will be from `ready_at`; None without a session.
        ready_at: from when frames are encrypted.
        silent_until: until when frames are lost whatever the mode: a gap, or a loss not yet noticed.
        stuck: AWS doesn't build a session until a key arrives or the port bounces (W17 "down").
    """

    pair: Pair | None = None
    ready_at: datetime = _LONG_AGO
    silent_until: datetime = _LONG_AGO
    stuck: bool = False

    def is_up(self, now: datetime) -> bool:
        """Say whether frames are encrypted at `now`."""
        return self.pair is not None and now >= self.ready_at

    def reads_up(self, now: datetime) -> bool:
        """Say whether the port believes that it is up: a loss is noticed only after the life time."""
        return self.is_up(now) or (self.pair is None and now < self.silent_until)

    def unstuck(self) -> Session:
        """Return the session with its block lifted: a key has arrived (W17)."""
        return replace(self, stuck=False) if self.stuck else self


@dataclass(frozen=True)
class Scene:
    """What a port can see of both ends: `aws` and `movable` newest first."""

    runs: bool
    aws: tuple[Pair, ...] = ()
    movable: tuple[Pair, ...] = ()
    router: frozenset[Pair] = frozenset()


def next_session(session: Session, scene: Scene, world: World, now: datetime) -> Session:
    """Return the session that follows from what both ends offer at `now`.

    Calling it twice is safe: with an unchanged scene the session stays as it is.
    """
    if not scene.runs:
        return Session() if session.pair or session.stuck else session
    usable = [] if session.stuck else [pair for pair in scene.aws if pair in scene.router]
    target = _choose(session.pair, usable, scene)
    if target == session.pair:
        return session
    if session.pair is None:
        return replace(session, pair=target, ready_at=now + timedelta(seconds=world.seconds.session_start))
    if session.pair not in scene.aws:
        return _after_removal(session, target, world, now)
    if target is None:
        return _lost(session, world, now)
    return _carried_on(session, target, _changeover_seconds(session.pair, scene, world), now)


def held_up(session: Session, seconds: float, now: datetime) -> Session:
    """Return the session with a gap of `seconds`, its key unchanged (W16, W19)."""
    if not session.is_up(now) or session.pair is None or not seconds:
        return session
    return _carried_on(session, session.pair, seconds, now)


def _choose(current: Pair | None, usable: list[Pair], scene: Scene) -> Pair | None:
    if current not in usable:
        return usable[0] if usable else None
    return next(pair for pair in usable if pair in scene.movable or pair == current)


def _changeover_seconds(current: Pair, scene: Scene, world: World) -> float:
    """Return the gap of a change: AWS's own move is W18, the router's withdrawal a whole life time.

    With W26 "all-keys" the other session is already up, and the withdrawal costs no more than W18.
    """
    withdrawn = current not in scene.router
    if withdrawn and world.W26 == "one-key":
        return max(world.seconds.life_time, world.changeover_gap_seconds)
    return world.changeover_gap_seconds


def _after_removal(session: Session, target: Pair | None, world: World, now: datetime) -> Session:
    if target is None:
        return _lost(session, world, now)
    if world.W17 == "down":
        return replace(_lost(session, world, now), stuck=True)
    seconds = world.seconds.removal_in_use_gap if world.W17 == "gap" else 0.0
    return _carried_on(session, target, seconds, now)


def _lost(session: Session, world: World, now: datetime) -> Session:
    if not session.is_up(now):
        return replace(session, pair=None)
    return replace(session, pair=None, silent_until=now + timedelta(seconds=world.seconds.life_time))


def _carried_on(session: Session, pair: Pair, seconds: float, now: datetime) -> Session:
    if not seconds:
        return replace(session, pair=pair)
    until = max(session.ready_at, now + timedelta(seconds=seconds))
    return replace(session, pair=pair, ready_at=until, silent_until=max(session.silent_until, until))
