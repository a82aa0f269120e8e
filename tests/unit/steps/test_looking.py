"""Looking again and again: when the looks come, over several calls of a function."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from dxmacsec.errors import Throttled
from dxmacsec.model import Link, Verdict, Watch
from dxmacsec.steps.looking import look_until
from tests.worlds.estates import LINK
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import BEFORE, raising

COLD_START = 2.0


def waiting(_link: Link, _watch: Watch, _now: datetime) -> Verdict:
    return Verdict("waiting")


def looks(scene: Scene, calls: int, *, may_stretch: bool = False, between: float = COLD_START) -> list[float]:
    """Call the function so often, and return when it looked, in seconds from the beginning."""
    began, at, watch = scene.clock.now(), [], None
    scene.twin.on_call.append(lambda record: at.append((record.at - began).total_seconds()))
    for _ in range(calls):
        verdict, watch, _ = look_until(LINK, watch, scene.world, waiting, may_stretch=may_stretch)
        assert verdict.next == "waiting"
        scene.clock.sleep(between)
    return at


def test_looks_come_every_poll_over_the_calls_of_a_function() -> None:
    scene = a_scene(poll_seconds=5, look_seconds=50)

    at = looks(scene, 6)

    assert at[0] == 0
    assert max(later - earlier for earlier, later in pairwise(at)) <= 5
    assert min(later - earlier for earlier, later in pairwise(at)) > 5 / 2


def test_looks_stretch_only_where_they_may() -> None:
    plain, stretching = (looks(a_scene(), 7, may_stretch=may) for may in (False, True))

    assert max(later - earlier for earlier, later in pairwise(stretching)) == 8
    assert len(stretching) <= 0.75 * len(plain)


def test_a_call_looks_for_no_longer_than_it_may() -> None:
    scene = a_scene(poll_seconds=10, look_seconds=13)
    began = scene.clock.now()

    looks(scene, 1, between=0)

    assert scene.clock.now() - began == timedelta(seconds=13)


def test_every_call_looks_at_least_once() -> None:
    scene = a_scene(poll_seconds=10, look_seconds=10)

    assert len(looks(scene, 5, between=0)) >= 5


def test_a_pause_between_two_calls_is_no_time_that_the_line_was_up() -> None:
    scene = a_scene()
    _, watch, _ = look_until(LINK, None, scene.world, waiting)
    scene.clock.sleep(61)

    _, watch, _ = look_until(LINK, watch, scene.world, waiting)

    assert watch.up_for(scene.clock.now()) <= timedelta(seconds=scene.world.limits.look_seconds)


def test_a_look_that_fails_ends_a_watch_only_without_patience() -> None:
    scene = a_scene()
    scene.trouble.always("direct_connect.link", BEFORE, raising(Throttled("Rate exceeded")))

    with pytest.raises(Throttled):
        look_until(LINK, None, scene.world, waiting)
    verdict, watch, link = look_until(LINK, None, scene.world, waiting, timedelta(minutes=30))

    assert (verdict.next, link, watch.up_since) == ("waiting", None, None)
