"""Drift, events and remedies on the virtual clock: every change comes back once, and nothing feeds itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dxmacsec.compliance import Status
from dxmacsec.model import MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT
from dxmacsec.steps.hear_change import hear_change
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE, RECOVERY_FIRST
from sandbox.twin import World as TwinWorld
from tests.walk.execution import Execution
from tests.walk.quick import Walk, a_walk, disassociate
from tests.walk.watchful import Watchful
from tests.worlds.estates import INTERCONNECT, LAG, LINK, a_connection, a_lag, an_interconnect
from tests.worlds.scene import LIMITS


def watched(walk: Walk) -> Watchful:
    """Rotate the link once, so that its key is ours, and listen from there on."""
    assert walk.rotate().status == "SUCCEEDED"
    watchful = Watchful(walk)
    watchful.sweep()
    assert reasons(walk) == ("Compliant",)
    return watchful


def reasons(walk: Walk, link: str = "") -> tuple[str, ...]:
    return walk.scene.compliance.rows[link or walk.link_id].reasons


def enforcements(walk: Walk) -> list[Execution]:
    return [each for each in walk.walker.executions if each.name.startswith("compliance-")]


@pytest.mark.parametrize(
    ("walk", "mode"),
    [
        (a_walk, SHOULD_ENCRYPT),
        (a_walk, NO_ENCRYPT),
        (lambda: a_walk(a_lag(), LAG), SHOULD_ENCRYPT),
        (lambda: a_walk(a_lag(), LAG), NO_ENCRYPT),
        (lambda: a_walk(an_interconnect(), INTERCONNECT), SHOULD_ENCRYPT),
    ],
)
def test_a_mode_that_somebody_lowers_comes_back_in_two_rounds(walk: Callable[[], Walk], mode: str) -> None:
    here = walk()
    watchful = watched(here)

    watchful.change_mode(mode)
    rounds = watchful.settle()

    assert here.scene.link(here.link_id).mode == MUST_ENCRYPT
    assert reasons(here) == ("Compliant",)
    assert len(enforcements(here)) == 1
    assert rounds <= 2
    assert here.witness.unlocked == here.witness.gambles == []


def test_one_batch_or_many_end_in_the_same_state() -> None:
    ends = []
    for again in (1, 40):
        walk = a_walk()
        watchful = watched(walk)
        watchful.change_mode(SHOULD_ENCRYPT)
        watchful.deliver(again=again)
        for execution in watchful.begin():
            walk.walker.walk(execution)
        watchful.settle()
        ends.append((walk.scene.link(LINK).mode, reasons(walk), len(enforcements(walk))))

    assert ends[0] == ends[1] == (MUST_ENCRYPT, ("Compliant",), 1)


def test_events_that_come_late_and_out_of_order_start_nothing_more() -> None:
    walk = a_walk()
    watchful = watched(walk)
    for mode in (SHOULD_ENCRYPT, MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT):
        watchful.change_mode(mode)
    late = list(watchful.waiting)
    watchful.settle()
    random.Random(7).shuffle(late)  # noqa: S311 - an order, no secret

    for event in late:
        heard = hear_change({uuid4().hex: event}, walk.scene.world)
        assert heard.looked.started == ()

    assert reasons(walk) == ("Compliant",)


def test_the_removal_of_the_last_key_is_handed_to_the_fleet_and_people_hear_of_it() -> None:
    walk = a_walk()
    watchful = watched(walk)

    disassociate(walk.scene, LINK, walk.ckns()[0])
    walk.scene.clock.sleep(300)
    watchful.settle()

    assert reasons(walk)[:1] == ("NoKey",)
    ((links, _),) = walk.scene.remedies.rotations.values()
    assert links == (LINK,)
    assert enforcements(walk) == []
    assert [subject for subject, _ in walk.scene.herald.alerts if "NoKey" in subject]


def test_encryption_that_is_down_is_never_answered_with_must_encrypt() -> None:
    walk = a_walk()
    watchful = watched(walk)
    for ckn in walk.router_ckns():
        walk.scene.twin.router(LINK).remove(ckn)
    walk.scene.clock.sleep(60)

    watchful.change_mode(SHOULD_ENCRYPT)
    watchful.settle()

    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT
    assert reasons(walk)[0] == "EncryptionDown"
    assert enforcements(walk) == []


def test_in_audit_a_drift_is_written_down_and_nothing_is_changed() -> None:
    walk = a_walk()
    watchful = watched(walk)
    audited = walk.scene.with_limits(enforcement="audit")
    walk.scene.twin.call(
        "UpdateConnection", {"connectionId": LINK, "encryptionMode": SHOULD_ENCRYPT}, principal="person"
    )

    hear_change({"one": watchful.waiting[-1]}, audited.world)

    assert reasons(walk) == ("ModeNotEnforced",)
    assert walk.scene.compliance.rows[LINK].status is Status.NON_COMPLIANT
    assert walk.scene.remedies.enforcements == {}


def test_an_interconnect_whose_mode_can_not_be_set_is_asked_for_once() -> None:
    walk = a_walk(an_interconnect(mode=SHOULD_ENCRYPT), INTERCONNECT, TwinWorld(W31="refused"))
    walk.rotate()
    watchful = Watchful(walk)

    for _ in range(3):
        watchful.sweep()
        for execution in watchful.begin():
            walk.walker.walk(execution)
        walk.scene.clock.sleep(2 * 86400)

    assert "ModeCantBeSet" in reasons(walk)
    assert len(enforcements(walk)) <= 1


def test_a_lowering_is_not_raised_again_by_the_next_sweeps() -> None:
    walk = a_walk()
    watchful = watched(walk)

    def darken() -> None:
        for ckn in walk.router_ckns():
            walk.scene.twin.router(LINK).remove(ckn)

    watchful.change_mode(SHOULD_ENCRYPT)
    watchful.deliver()
    walk.walker.entering["WatchMode"] = darken
    for execution in watchful.begin():
        walk.walker.walk(execution)
    for _ in range(3):
        watchful.settle()
        watchful.sweep()
        walk.scene.clock.sleep(2 * 86400)

    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT
    assert len(enforcements(walk)) == 1


def lower_before_the_last_look(watchful: Watchful) -> None:
    """Let a rotation find the mode lowered after the removal, so that it goes through its nested enforcement."""
    watchful.walk.walker.entering["RetireKey"] = lambda: watchful.change_mode(SHOULD_ENCRYPT)


STATES_OF_A_ROTATION = (
    *("PlanRotation", "CreateKey", "InstallOnRouter", "AssociateKey", "AwaitAssociated", "ProveOnRouter"),
    *("JudgeProof", "Bake", "ConfirmOnRouter", "JudgeConfirmation", "RetireKey", "AwaitRetired", "PromoteKey"),
    *("EnforceEncryption", "RemoveFromRouter", "CloseRotation"),
)


@pytest.mark.parametrize("state", STATES_OF_A_ROTATION)
def test_a_drift_in_the_middle_of_a_rotation_comes_back_and_the_two_never_act_at_once(state: str) -> None:
    walk = a_walk()
    watchful = watched(walk)
    rotation = walk.start()
    if state == "EnforceEncryption":
        lower_before_the_last_look(watchful)
    walk.walker.walk_to(rotation, state)

    watchful.change_mode(SHOULD_ENCRYPT)
    watchful.settle()
    walk.walker.walk(rotation)
    watchful.settle()

    assert rotation.status == "SUCCEEDED", (rotation.error, rotation.cause)
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT
    assert reasons(walk) == ("Compliant",)
    assert walk.witness.complaints() == []


@pytest.mark.parametrize("by", ["the mode was kept", "the mode was enforced"])
def test_a_drift_while_the_router_takes_old_keys_off_is_restored_before_it_answers(by: str) -> None:
    walk = a_walk()
    watchful = watched(walk)
    rotation = walk.start()
    if by == "the mode was enforced":
        lower_before_the_last_look(watchful)
    meanwhile: list[str | None] = []

    def drift(message: dict[str, Any]) -> None:
        if message["task"] == "remove":
            watchful.change_mode(SHOULD_ENCRYPT)
            watchful.settle()
            meanwhile.append(walk.scene.link(LINK).mode)

    walk.walker.router.before_answer = drift
    walk.walker.walk(rotation)

    assert meanwhile == [MUST_ENCRYPT]
    assert rotation.status == "SUCCEEDED"
    assert ("EnforceEncryption" in rotation.visited) == (by == "the mode was enforced")
    assert walk.witness.complaints() == []


@given(orders=st.lists(st.integers(0, 3), min_size=8, max_size=40), drift_at=st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_a_rotation_and_an_enforcement_in_any_order_never_act_at_the_same_time(
    orders: list[int], drift_at: int
) -> None:
    walk = a_walk()
    watchful = watched(walk)
    running = [walk.start()]

    for number, chosen in enumerate(orders):
        if number == drift_at % len(orders):
            watchful.change_mode(SHOULD_ENCRYPT)
        if chosen == 3:
            watchful.deliver()
            running += watchful.begin()
            continue
        alive = [each for each in running if each.status == "RUNNING"]
        if alive:
            walk.walker.step(alive[chosen % len(alive)])
    for execution in running:
        walk.walker.walk(execution)
    watchful.settle()

    assert walk.witness.unlocked == walk.witness.gambles == []
    assert walk.witness.fewest_associated >= 1
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT
    assert reasons(walk) == ("Compliant",)


def test_a_change_that_meets_a_lock_is_looked_at_again_when_it_is_freed() -> None:
    walk = a_walk()
    watchful = watched(walk)
    rotation = walk.start()
    walk.walker.walk_to(rotation, "AwaitAssociated")

    watchful.change_mode(SHOULD_ENCRYPT)
    heard = watchful.deliver()

    assert heard.looked.waiting == (LINK,)
    walk.walker.walk_to(rotation, "ProveOnRouter")
    assert walk.scene.herald.events[-1][0] == "MACsec Link Freed"
    assert walk.scene.herald.events[-1][1]["change"]["call"] == "UpdateConnection"
    watchful.settle()
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT
    assert rotation.status == "RUNNING"


def test_a_connection_without_a_key_is_onboarded_only_where_the_deployer_wants_it() -> None:
    for onboard, expected in ((True, 1), (False, 0)):
        walk = a_walk(a_connection(keys=0, mode=SHOULD_ENCRYPT), onboard=onboard)
        Watchful(walk).sweep()

        assert reasons(walk)[0] == "NeverKeyed"
        assert len(walk.scene.remedies.rotations) == expected


def test_a_dead_execution_whose_end_nobody_told_is_recovered_by_the_sweep() -> None:
    walk = a_walk()
    watchful = watched(walk)
    rotation = walk.start()
    walk.walker.walk_to(rotation, "Bake")
    walk.walker.stop(rotation)

    early = watchful.sweep()
    walk.scene.clock.sleep((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST).total_seconds() + 1)
    late = watchful.sweep()
    watchful.sweep()

    assert early.started == ()
    assert len(late.started) == 1
    assert set(walk.scene.remedies.recoveries.values()) == {rotation.arn}
    assert len(walk.scene.remedies.recoveries) == 1


def test_a_sweep_that_recovers_a_dead_rotation_hands_the_link_to_no_other_before_that_is_over() -> None:
    walk = a_walk()
    watchful = watched(walk)
    walk.scene.clock.sleep(timedelta(days=91).total_seconds())
    rotation = walk.start()
    walk.walker.walk_to(rotation, "Bake")
    walk.walker.stop(rotation)
    walk.scene.clock.sleep((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST).total_seconds() + 1)

    watchful.sweep()

    assert reasons(walk) == ("KeyTooOld",)
    assert set(walk.scene.remedies.recoveries.values()) == {rotation.arn}
    assert walk.scene.remedies.rotations == {}

    walk.scene.clock.sleep(LIMITS.abandoned_after.total_seconds())
    watchful.sweep()

    assert len(walk.scene.remedies.rotations) == 1
