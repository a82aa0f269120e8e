from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dxmacsec.errors import AccessDenied, Throttled
from dxmacsec.organisation import Action, MemberRun
from dxmacsec.policy.organisation_turns import turn_of
from dxmacsec.steps.turn_member import turn_member
from tests.worlds.coordinator import CoordinatorScene, FakeMembers, a_coordinator

MEMBER = "111111111111/eu-west-1"
DONE = MemberRun("SUCCEEDED", output={"status": "SUCCEEDED", "reason": "FleetRotated", "sentence": "", "results": []})
TURN = turn_of("run", 2, Action.ROTATE, MEMBER, ("dxcon-fg5678gh",), None)


@pytest.fixture
def scene() -> CoordinatorScene:
    return a_coordinator({MEMBER: lambda _name, _request: DONE})


def test_a_run_that_ends_soon_is_a_result_after_one_poll(scene: CoordinatorScene) -> None:
    began = scene.clock.now()

    turn = turn_member(TURN, scene.world)

    assert turn.result
    assert (turn.verdict.next, turn.result.status) == ("done", "SUCCEEDED")
    assert scene.clock.now() - began == timedelta(seconds=5)


def test_a_run_that_goes_on_is_handed_back_with_when_it_was_asked_and_a_wait_that_grows(
    scene: CoordinatorScene,
) -> None:
    scene.members.slow[MEMBER] = 10_000
    began, turn, waits = scene.clock.now(), TURN, []

    for _ in range(40):
        turn = turn_member(turn, scene.world)
        waits.append(turn.verdict.wait_seconds)
        scene.clock.sleep(turn.verdict.wait_seconds)

    assert turn.asked_at == began
    assert turn.verdict.next == "waiting"
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (5, 300)


def test_a_run_that_was_started_is_only_looked_at(scene: CoordinatorScene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.members.slow[MEMBER] = 20
    waiting = turn_member(TURN, scene.world)

    def never(*_asked: Any) -> None:  # noqa: ANN401 - whatever a start is given
        raise AssertionError

    monkeypatch.setattr(FakeMembers, "start", never)
    turn = turn_member(waiting, scene.world)

    assert turn.result
    assert turn.result.status == "SUCCEEDED"


def test_a_run_that_nobody_knows_any_more_is_started_again_under_its_name(scene: CoordinatorScene) -> None:
    scene.members.slow[MEMBER] = 10
    waiting = turn_member(TURN, scene.world)
    scene.members.runs.clear()

    turn = turn_member(waiting, scene.world)

    assert turn.result
    assert [name for _, name, _ in scene.members.started] == [TURN.name, TURN.name]


def test_a_member_that_lets_nobody_in_fails_the_turn_with_its_own_reason(scene: CoordinatorScene) -> None:
    scene.members.closed.add(MEMBER)

    with pytest.raises(AccessDenied, match="not authorized"):
        turn_member(TURN, scene.world)


def test_a_start_whose_answer_was_lost_is_no_second_one(
    scene: CoordinatorScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = FakeMembers.start

    def lost(members: FakeMembers, *asked: Any) -> None:  # noqa: ANN401 - whatever a start is given
        start(members, *asked)
        message = "slow down"
        raise Throttled(message)

    monkeypatch.setattr(FakeMembers, "start", lost)
    with pytest.raises(Throttled):
        turn_member(TURN, scene.world)
    monkeypatch.setattr(FakeMembers, "start", start)

    assert turn_member(TURN, scene.world).result
    assert len(scene.members.started) == 1
