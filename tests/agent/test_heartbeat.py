from __future__ import annotations

from threading import Event

import pytest
from botocore.exceptions import EndpointConnectionError

from agent.heartbeat import heartbeats


def test_stops_beating_for_a_dead_task() -> None:
    beats: list[int] = []
    dead = Event()

    def beat() -> bool:
        beats.append(1)
        dead.set()
        return False

    with heartbeats(beat, 0.01) as still_wanted:
        assert dead.wait(2)
        Event().wait(0.05)
        assert not still_wanted()

    assert beats == [1]


def test_a_beat_that_fails_is_noted_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    beats: list[int] = []
    again = Event()

    def beat() -> bool:
        beats.append(1)
        if len(beats) == 1:
            raise EndpointConnectionError(endpoint_url="https://states.invalid")
        again.set()
        return True

    with heartbeats(beat, 0.01) as still_wanted:
        assert again.wait(2)
        assert still_wanted()

    assert "a heartbeat failed: EndpointConnectionError" in caplog.text


def test_a_failure_in_the_block_ends_the_beats_and_flies() -> None:
    beats: list[int] = []

    def beat() -> bool:
        beats.append(1)
        return True

    with pytest.raises(KeyError), heartbeats(beat, 0.01):
        raise KeyError

    count = len(beats)
    Event().wait(0.05)
    assert len(beats) == count
