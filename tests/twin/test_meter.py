"""The meter is exact: its seconds add up, and its timeline has no gaps."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from sandbox.twin import DEFAULT_ESTATE, DirectConnectTwin, ScaledClock, World
from tests.twin.bench import LAG, NORTH, PLAIN, START, Bench


def test_a_quiet_link_is_encrypted_to_the_microsecond(bench: Bench) -> None:
    bench.wait(0.1)
    bench.wait(1234.567891)

    assert bench.twin.meter.seconds(NORTH).encrypted == 1234.667891


def test_reading_often_changes_nothing(bench: Bench) -> None:
    for _ in range(100):
        bench.wait(0.1)
        bench.link(NORTH)

    assert bench.twin.meter.seconds(NORTH) == (10.0, 0.0, 0.0)
    assert len(bench.twin.meter.timeline(NORTH)) == 1


def test_a_timeline_has_no_gaps_and_merges_equal_neighbours(bench: Bench) -> None:
    bench.twin.flap(NORTH, 2)
    bench.wait(20)
    bench.twin.flap(NORTH, 3)
    bench.wait(20)

    timeline = bench.twin.meter.timeline(NORTH)

    assert timeline[0][0] == START
    assert timeline[-1][1] == bench.clock.now()
    assert all(earlier[1] == later[0] and earlier[2] != later[2] for earlier, later in pairwise(timeline))


def test_time_is_charged_at_the_moment_of_the_event_not_of_the_next_call() -> None:
    asked_often, asked_once = Bench(World(W18="gap")), Bench(World(W18="gap"))
    for bench in (asked_often, asked_once):
        bench.add_key(NORTH)

    for _ in range(60):
        asked_often.wait(0.5)
        asked_often.link(NORTH)
    asked_once.wait(30)

    assert asked_often.twin.meter.timeline(NORTH) == asked_once.twin.meter.timeline(NORTH)


def test_one_member_that_loses_frames_makes_the_lag_lose_them(bench: Bench) -> None:
    router = bench.twin.router(LAG)

    router.remove(router.keys()[0])
    bench.wait(10)

    assert bench.twin.meter.seconds(LAG) == (0.0, 0.0, 10.0)


def test_what_is_no_link_is_not_metered(bench: Bench) -> None:
    with pytest.raises(KeyError):
        bench.twin.meter.seconds(PLAIN)

    assert set(bench.twin.meter.links()) == set(bench.twin.links())


def test_a_scaled_clock_runs_faster_and_jumps() -> None:
    clock = ScaledClock(1000.0)
    before = clock.now()

    clock.advance(3600)

    assert (clock.now() - before).total_seconds() >= 3600
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)


def test_a_scaled_clock_needs_a_scale() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ScaledClock(0)


def test_the_twin_serves_several_threads() -> None:
    twin = DirectConnectTwin(DEFAULT_ESTATE, clock=ScaledClock(100.0))
    failures: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(50):
                twin.call("DescribeConnections", {})
                twin.meter.seconds(NORTH)
        except RuntimeError as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    seconds = twin.meter.seconds(NORTH)
    assert failures == []
    assert (seconds.clear, seconds.dropped) == (0.0, 0.0)
