"""The shortest ways in which an earlier wording of the rotation lost a line, a lock or a label."""

from __future__ import annotations

import pytest

from dxmacsec.errors import ServiceFault, UnknownAnswer
from sandbox.twin import World as TwinWorld
from sandbox.twin.building import hand_made_pair
from tests.walk.execution import Execution
from tests.walk.quick import a_walk, disassociate
from tests.walk.witness import reasons
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import LIMITS
from tests.worlds.trouble import FunctionDied, raising

OLD = hand_made_pair(LINK, 1).ckn


def test_1_a_removal_that_is_still_on_its_way_meets_no_next_rotation() -> None:
    walk = a_walk()
    first = walk.start()
    walk.walker.walk_to(first, "RetireKey")
    refused: list[Execution] = []

    def stop_it_and_start_the_next() -> None:
        walk.walker.stop(first)
        walk.scene.clock.sleep(60)
        refused.append(walk.rotate())

    walk.scene.trouble.at("direct_connect.disassociate", "before", stop_it_and_start_the_next)
    walk.walker.step(first)

    walk.scene.clock.sleep(LIMITS.abandoned_after.total_seconds())
    following = walk.rotate()

    assert reasons(refused[0]) == ("FAILED", "AlreadyRotating")
    assert (following.status, following.cause) == ("SUCCEEDED", None)
    assert walk.witness.fewest_associated >= 1


def test_2_a_failed_end_leaves_nothing_for_a_recovery_to_do() -> None:
    walk = a_walk()
    walk.behave(answers="failure")

    walk.rotate()

    assert walk.scene.ledger.rotation_locks == {}
    assert walk.scene.ledger.acting_locks == {}
    assert walk.scene.ledger.tasks == {}


@pytest.mark.parametrize("listed", ["vanish", "listed"])
def test_3_a_failed_key_under_a_restored_one_is_seated_again(listed: str) -> None:
    walk = a_walk(twin_world=TwinWorld.from_json({"W9": listed}))
    walk.behave(loses_encryption_when_old_removed=True)
    assert reasons(walk.rotate()) == ("FAILED", "Restored")
    walk.repair_router()
    walk.scene.clock.sleep(30)

    execution = walk.rotate()

    assert (execution.status, execution.cause) == ("SUCCEEDED", None)
    assert "MakeRoom" in execution.visited
    assert walk.ckns() == [walk.made()]
    assert len(walk.scene.key_maker.made) == 1


@pytest.mark.parametrize("state", ["CreateKey", "InstallOnRouter", "AssociateKey", "JudgeProof", "Bake", "PromoteKey"])
def test_4_a_failed_end_never_leaves_the_label_of_a_new_key(state: str) -> None:
    walk = a_walk()
    walk.walker.entering[state] = lambda: walk.scene.trouble.at(
        {
            "CreateKey": "key_secrets.put",
            "AssociateKey": "direct_connect.associate",
            "PromoteKey": "key_secrets.label",
            "InstallOnRouter": "router_desk.send",
        }.get(state, "direct_connect.link"),
        "after",
        raising(UnknownAnswer("what is this?")),
    )

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "UnknownAnswer")
    assert walk.witness.complaints() == []


def test_4_the_chain_never_fills_however_often_a_rotation_fails() -> None:
    walk = a_walk()
    walk.behave(takes_key=False)

    for _ in range(4):
        walk.rotate()

    assert walk.ckns() == [OLD, walk.made()]
    assert len(walk.scene.key_maker.made) == 1


def test_5_a_link_in_no_encrypt_does_not_wait_for_an_up_that_can_not_come() -> None:
    walk = a_walk(a_connection(mode="no_encrypt"))

    execution = walk.rotate()

    assert execution.status == "SUCCEEDED"


@pytest.mark.parametrize("state", ["Bake", "ConfirmOnRouter", "JudgeConfirmation", "RetireKey"])
def test_6_a_new_key_that_somebody_removes_after_the_proof_keeps_the_old_one(state: str) -> None:
    walk = a_walk()
    walk.walker.entering[state] = lambda: disassociate(walk.scene, LINK, walk.made())

    execution = walk.rotate()

    assert execution.status == "FAILED"
    assert walk.ckns() == [OLD]
    assert walk.witness.complaints() == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", [ServiceFault("gone"), FunctionDied(), UnknownAnswer("what is this?")])
def test_7_a_removal_whose_answer_is_lost_takes_no_second_key(when: str, fault: Exception) -> None:
    walk = a_walk(a_connection(keys=2))
    walk.scene.trouble.at("direct_connect.disassociate", when, raising(fault))

    walk.rotate()

    assert walk.witness.fewest_associated >= 1
    assert walk.made() in walk.ckns()
    assert walk.witness.complaints() == []


def test_8_the_key_that_comes_back_is_the_one_that_was_removed() -> None:
    walk = a_walk(a_connection(keys=2))
    walk.behave(loses_encryption_when_old_removed=True)

    execution = walk.rotate()

    removed = [check["seen"][:64] for check in walk.record()["checks"] if check["what"] == "retire"]
    assert reasons(execution) == ("FAILED", "Restored")
    assert walk.ckns() == [walk.made(), removed[-1]]
    assert walk.scene.twin.in_use(LINK) == removed[-1]


def test_9_a_key_that_gets_associated_after_all_is_not_withdrawn() -> None:
    walk = a_walk(twin_world=TwinWorld.from_json({"W1": "available", "seconds": {"associating": 1860}}))
    walk.walker.entering["WithdrawKey"] = lambda: walk.scene.clock.sleep(120)

    execution = walk.rotate()
    walk.scene.clock.sleep(120)

    assert reasons(execution) == ("FAILED", "AssociationTimedOut")
    assert walk.ckns() == [OLD, walk.made()]
    assert walk.scene.trouble.count("direct_connect.disassociate") == 0


def test_10_must_encrypt_waits_for_longer_than_the_status_may_lag() -> None:
    walk = a_walk(a_connection(mode="should_encrypt"), twin_world=TwinWorld.from_json({"seconds": {"status_lag": 15}}))

    execution = walk.rotate()

    assert execution.status == "SUCCEEDED"
    assert walk.witness.gambles == []


def test_10_must_encrypt_is_not_set_while_the_router_switches() -> None:
    walk = a_walk(a_connection(mode="should_encrypt"))
    first = walk.start()
    walk.walker.walk_to(first, "ProveOnRouter")
    refused: list[Execution] = []

    def enforce(_: object) -> None:
        if not refused:
            refused.append(walk.walker.enforce(LINK))

    walk.walker.router.before_answer = enforce
    walk.walker.walk(first)

    assert reasons(refused[0]) == ("FAILED", "ActingLockHeld")
    assert first.status == "SUCCEEDED"
    assert walk.witness.complaints() == []


def test_an_enforcement_may_act_while_a_rotation_bakes() -> None:
    walk = a_walk(a_connection(mode="should_encrypt"))
    first = walk.start()
    walk.walker.walk_to(first, "WaitToBake")

    assert walk.walker.enforce(LINK).status == "SUCCEEDED"
    assert walk.walker.walk(first).status == "SUCCEEDED"
    assert walk.witness.complaints() == []
