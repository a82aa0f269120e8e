"""Members that come to a LAG or leave it during its rotation."""

from __future__ import annotations

import pytest

from sandbox.twin.building import hand_made_pair
from tests.walk.quick import Walk, a_walk
from tests.worlds.estates import LAG, MEMBERS, SPARE, a_lag

OLD = hand_made_pair(LAG, 1).ckn
STATES = ["InstallOnRouter", "ProveOnRouter", "JudgeProof", "Bake", "ConfirmOnRouter", "JudgeConfirmation", "RetireKey"]


def join(walk: Walk) -> None:
    walk.scene.twin.call("AssociateConnectionWithLag", {"connectionId": SPARE, "lagId": LAG})
    walk.scene.clock.sleep(10)


def leave(walk: Walk) -> None:
    walk.scene.twin.call("DisassociateConnectionFromLag", {"connectionId": MEMBERS[1], "lagId": LAG})
    walk.scene.clock.sleep(10)


@pytest.mark.parametrize("state", STATES)
def test_no_key_is_retired_before_a_member_that_came_is_proven(state: str) -> None:
    walk = a_walk(a_lag(), LAG)
    walk.walker.entering[state] = lambda: join(walk)

    execution = walk.rotate()

    proven = [
        message["task"]
        for _, message in walk.scene.desk.sent
        if message["task"] in ("prove", "confirm") and SPARE in message["ports"]
    ]
    assert OLD in walk.ckns() or proven
    assert execution.status == "SUCCEEDED" or walk.labels(walk.made()) == {"DxFailed"}
    assert walk.witness.fewest_associated >= 1
    assert [each for each in walk.witness.complaints() if "seconds" not in each] == []


@pytest.mark.parametrize("state", STATES)
def test_a_member_that_leaves_does_not_stop_the_rotation(state: str) -> None:
    walk = a_walk(a_lag(), LAG)
    walk.walker.entering[state] = lambda: leave(walk)

    execution = walk.rotate()

    assert (execution.status, execution.cause) == ("SUCCEEDED", None)
    assert walk.ckns() == [walk.made()]
    assert walk.witness.complaints() == []
