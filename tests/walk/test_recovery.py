"""RecoverLink: wherever an execution is stopped, nothing of it is left: no dark line, no lock, no wrong label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dxmacsec.errors import ServiceFault, UnknownAnswer
from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT, Label
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE
from dxmacsec.steps.pause_link import pause_link
from sandbox.twin import World as TwinWorld
from sandbox.twin.building import hand_made_pair
from tests.walk.execution import Execution, Stopped
from tests.walk.machines import machine
from tests.walk.quick import Walk, a_walk, a_walk_through
from tests.walk.witness import reasons
from tests.worlds.estates import LAG, LINK, a_connection, a_lag
from tests.worlds.scene import LIMITS
from tests.worlds.trouble import FunctionDied, raising

OLD = hand_made_pair(LINK, 1).ckn
NOT_ON_THIS_ROAD = {
    "WaitForLink",
    "WithdrawKey",
    "RestoreKey",
    "Restored?",
    "NotClosed",
    "RefuseInput",
    "Failed",
}
ROAD = [state for state in machine("rotate_key")["States"] if state not in NOT_ON_THIS_ROAD]
TASKS = [state for state in ROAD if machine("rotate_key")["States"][state]["Type"] == "Task"]
RESTORING = ["RetireKey", "Removed?", "AwaitRetired", "Retired?", "RestoreKey", "Restored?"]
ENFORCING = ["AwaitEncryption", "SafeToRaise?", "RaiseMode", "Raised?", "WatchMode", "Held?", "CloseEnforcement"]
RECOVERING = ["BeginRecovery", "LeftAnything?", "WaitForLateCalls", "TakeOver", "Taken?", "PlanRecovery", "Road?"]
RESTORING_ROAD = [*RECOVERING, "RestoreKey", "Restored?", "CloseRecovery"]
Stop = Callable[[Walk, str, Execution], Execution]
MODE_GAP = TwinWorld.from_json({"W19": "gap", "seconds": {"mode_gap": 36000}})


def stopping() -> None:
    raise Stopped


def stopped_before(walk: Walk, state: str, execution: Execution) -> Execution:
    """Walk to a state and stop there: its task has not been called."""
    walk.walker.walk_to(execution, state)
    walk.walker.step_into(execution)
    return execution


def stopped_after(walk: Walk, state: str, execution: Execution) -> Execution:
    """Stop after a state's task did its work, and before its answer came."""
    walk.walker.leaving[state] = stopping
    walk.walker.walk(execution)
    assert execution.status == "ABORTED", f"{state} is not on this road"
    return execution


def both_sides(machine_name: str, states: list[str]) -> list[Any]:
    """Return each state with a stop before it, and each task with one after its effect as well."""
    tasks = [state for state in states if machine(machine_name)["States"][state]["Type"] == "Task"]
    before = [pytest.param(state, stopped_before, id=f"before-{state}") for state in states]
    return [*before, *(pytest.param(state, stopped_after, id=f"after-{state}") for state in tasks)]


def is_whole(walk: Walk) -> None:
    """Check what must be true after every recovery: no lock, no task, true labels, an encrypted line."""
    scene, link_id = walk.scene, walk.link_id
    link = scene.link(link_id)
    assert (scene.ledger.rotation_locks, scene.ledger.acting_locks, scene.ledger.tasks) == ({}, {}, {})
    assert not scene.key_secrets.holder(link_id, Label.NEW)
    assert not scene.key_secrets.holder(link_id, Label.PENDING)
    for version in scene.key_secrets.versions(link_id) or ():
        if version.has(Label.IN_USE):
            assert link.key(version.ckn or "") is not None, "the pair in use is not on the link"
            assert version.labels & {Label.FAILED, Label.CURRENT} == {Label.CURRENT}
    assert link.encrypted, "the line is dark"
    assert walk.witness.gambles == []
    assert walk.witness.fewest_associated >= 1


def the_next_goes_through(walk: Walk) -> None:
    if walk.scene.twin.router(walk.link_id).behaviour.loses_encryption_when_old_removed:
        walk.repair_router()
    walk.scene.clock.sleep(60)
    following = walk.rotate()
    assert (following.status, following.cause) == ("SUCCEEDED", None)
    assert (len(walk.ckns()), walk.scene.link(walk.link_id).encrypted) == (1, True)
    assert len(walk.scene.key_maker.made) <= 2


@pytest.mark.parametrize("state", ROAD)
def test_a_rotation_stopped_before_a_state_leaves_nothing(state: str) -> None:
    walk = a_walk_through(state)
    first = stopped_before(walk, state, walk.start())

    recovery = walk.walker.recover(first)

    assert recovery.status == "SUCCEEDED"
    is_whole(walk)
    the_next_goes_through(walk)


@pytest.mark.parametrize("state", TASKS)
def test_a_rotation_stopped_after_a_tasks_effect_leaves_nothing(state: str) -> None:
    walk = a_walk_through(state)
    first = stopped_after(walk, state, walk.start())

    recovery = walk.walker.recover(first)

    assert recovery.status == "SUCCEEDED"
    is_whole(walk)
    the_next_goes_through(walk)


@pytest.mark.parametrize("state", [state for state in TASKS if state not in {"TakeLock", "CloseRotation"}])
def test_the_record_says_what_happened(state: str) -> None:
    walk = a_walk_through(state)
    first = stopped_after(walk, state, walk.start())

    recovery = walk.walker.recover(first)

    record = walk.record()
    assert (record["status"], record["reason"]) == ("FAILED", "Aborted")
    assert (record["execution"], record["recovered_by"], record["stopped_at"]) == (first.arn, recovery.arn, state)
    assert [subject for subject, _ in walk.scene.herald.alerts] == [f"dxmacsec {LINK}: recovered after Aborted"]
    assert [event for event, _ in walk.scene.herald.events if event == "MACsec Link Recovered"] != []


@pytest.mark.parametrize(("state", "stop"), both_sides("rotate_key", RESTORING))
def test_a_line_that_goes_dark_after_the_stop_has_its_old_key_back(state: str, stop: Stop) -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = stop(walk, state, walk.start())

    recovery = walk.walker.recover(first)

    assert recovery.status == "SUCCEEDED"
    is_whole(walk)
    assert OLD in walk.ckns()
    the_next_goes_through(walk)


def test_a_line_that_is_dark_at_the_recovery_is_asked_about_at_once() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = stopped_before(walk, "AwaitRetired", walk.start())
    walk.scene.clock.sleep(DEAD_LOCK_CLEARANCE.total_seconds() + 10)
    assert not walk.scene.link(LINK).encrypted

    recovery = walk.walker.recover(first)

    assert recovery.output["roads"] == ["restore"]
    assert walk.labels(walk.made()) & {Label.FAILED, Label.IN_USE} == {Label.FAILED}
    assert walk.scene.herald.alerts[-1][0].startswith("DARK LINE: ")


@pytest.mark.parametrize("state", ENFORCING)
def test_an_enforcement_stopped_at_a_state_leaves_no_lock_and_no_mode_that_cuts(state: str) -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), twin_world=MODE_GAP)
    first = stopped_before(walk, state, walk.walker.start("enforce_encryption", {"link": LINK}))

    recovery = walk.walker.recover(first)

    assert recovery.status == "SUCCEEDED"
    assert walk.scene.ledger.acting_locks == {}
    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT


def test_a_mode_that_was_raised_without_an_answer_is_watched_and_lowered() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), twin_world=MODE_GAP)
    first = stopped_after(walk, "RaiseMode", walk.walker.start("enforce_encryption", {"link": LINK}))
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT

    recovery = walk.walker.recover(first)

    assert recovery.output["roads"] == ["watch_mode"]
    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT
    assert walk.record()["reason"] == "ModeLowered"
    assert walk.scene.ledger.enforcement_pauses[LINK].reason == "ModeLowered"


@pytest.mark.parametrize("state", [*ENFORCING, "BeginEnforcement", "MayAct?"])
def test_an_enforcement_stopped_where_the_mode_cuts_nothing_keeps_what_it_raised(state: str) -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT))
    first = stopped_before(walk, state, walk.walker.start("enforce_encryption", {"link": LINK}))
    raised = walk.scene.link(LINK).mode

    walk.walker.recover(first)

    assert walk.scene.link(LINK).mode == raised
    assert walk.scene.ledger.acting_locks == {}
    assert walk.scene.link(LINK).encrypted


def test_an_owner_who_holds_stays_closed_after_a_stop() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), twin_world=MODE_GAP, on_encryption_loss="hold")
    first = stopped_before(walk, "WatchMode", walk.walker.start("enforce_encryption", {"link": LINK}))

    walk.walker.recover(first)

    assert walk.scene.link(LINK).mode == MUST_ENCRYPT
    assert walk.scene.ledger.enforcement_pauses[LINK].reason == "HeldDark"
    assert walk.scene.ledger.acting_locks == {}


@pytest.mark.parametrize("state", ENFORCING)
def test_a_rotation_stopped_with_its_nested_enforcement_leaves_no_mode_that_cuts(state: str) -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), twin_world=MODE_GAP)
    first = walk.start()
    stop_both(walk, state)
    walk.walker.walk(first)
    [child] = [each for each in walk.walker.executions if each.machine == "enforce_encryption"]
    assert (first.status, child.status) == ("ABORTED", "ABORTED")

    of_child = walk.walker.start("recover_link", {"execution": child.arn})
    assert walk.walker.walk(of_child).output["next"] == "nothing"
    recovery = walk.walker.recover(first)

    assert recovery.status == "SUCCEEDED"
    link = walk.scene.link(LINK)
    assert link.mode == SHOULD_ENCRYPT
    assert (walk.scene.ledger.rotation_locks, walk.scene.ledger.acting_locks) == ({}, {})
    assert Label.IN_USE in walk.labels(walk.made()) or OLD in walk.ckns()
    assert not walk.scene.key_secrets.holder(LINK, Label.NEW)


def stop_both(walk: Walk, state: str) -> None:
    """Stop the child at one of its states, and its parent with it, as Step Functions does."""

    def stop() -> None:
        walk.walker.stop(walk.walker.executions[-1])
        raise Stopped

    walk.walker.entering[state] = stop


def test_a_nested_enforcement_that_is_stopped_alone_has_its_watch_finished_after_its_parent_closed() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), twin_world=MODE_GAP)
    walk.walker.leaving["RaiseMode"] = stopping
    first = walk.rotate()
    child = walk.walker.executions[-1]
    assert (reasons(first), child.status) == (("FAILED", "EnforcementFailed"), "ABORTED")
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT

    recovery = walk.walker.recover(child)

    assert recovery.output["roads"] == ["watch_mode"]
    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT
    assert walk.scene.ledger.acting_locks == {}


def test_trace_1_a_late_call_of_a_stopped_execution_lands_before_anybody_acts() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = walk.start()
    walk.walker.walk_to(first, "RetireKey")
    recoveries: list[Execution] = []

    def stop_it() -> None:
        walk.walker.stop(first)
        recovery = walk.walker.start("recover_link", {"execution": first.arn})
        recoveries.append(walk.walker.walk_to(recovery, "WaitForLateCalls"))
        walk.scene.clock.sleep(60)

    walk.scene.trouble.at("direct_connect.disassociate", "before", stop_it)
    walk.walker.step(first)
    walk.walker.walk(recoveries[0])

    assert recoveries[0].status == "SUCCEEDED"
    is_whole(walk)
    assert OLD in walk.ckns()


def test_trace_2_a_recovery_of_an_ordinary_failed_end_touches_nothing() -> None:
    walk = a_walk()
    walk.behave(answers="failure")
    failed = walk.rotate()
    walk.behave()
    following = walk.start()
    walk.walker.walk_to(following, "Bake")
    before = len(walk.scene.trouble.seen)

    recovery = walk.walker.recover(failed)

    calls = [seen.name for seen in walk.scene.trouble.seen[before:]]
    assert (recovery.status, recovery.output["next"]) == ("SUCCEEDED", "nothing")
    assert calls == ["histories.past", "ledger.rotation_owner"]
    assert walk.walker.walk(following).status == "SUCCEEDED"
    assert walk.witness.complaints() == []


def test_a_recovery_that_runs_twice_acts_once() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = stopped_before(walk, "AwaitRetired", walk.start())
    one, other = (walk.walker.start("recover_link", {"execution": first.arn}) for _ in range(2))
    walk.walker.walk_to(one, "TakeOver")
    walk.walker.walk_to(other, "TakeOver")

    walk.walker.walk(one)
    walk.walker.walk(other)

    assert (one.output["recovered"], other.output["next"]) == (first.arn, "nothing")
    assert len(walk.scene.herald.alerts) == 1
    is_whole(walk)


@pytest.mark.parametrize(("state", "stop"), both_sides("recover_link", RESTORING_ROAD))
def test_a_recovery_that_is_stopped_is_recovered(state: str, stop: Stop) -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = stopped_before(walk, "AwaitRetired", walk.start())
    walk.scene.clock.sleep(60)
    recovery = stop(walk, state, walk.walker.start("recover_link", {"execution": first.arn}))

    second = walk.walker.recover(recovery)

    assert second.status == "SUCCEEDED"
    is_whole(walk)
    assert OLD in walk.ckns()
    the_next_goes_through(walk)


def test_a_chain_of_recoveries_ends() -> None:
    walk = a_walk()
    dead = stopped_before(walk, "Bake", walk.start())
    for _ in range(3):
        dead = stopped_before(walk, "PlanRecovery", walk.walker.start("recover_link", {"execution": dead.arn}))

    last = walk.walker.recover(dead)

    assert (last.status, last.output["reason"]) == ("SUCCEEDED", "ChainEnds")
    walk.scene.clock.sleep(LIMITS.abandoned_after.total_seconds() + 1)
    assert walk.rotate().status == "SUCCEEDED"


def test_a_chain_of_recoveries_that_died_before_their_first_answer_ends() -> None:
    walk = a_walk()
    dead = stopped_before(walk, "Bake", walk.start())
    for _ in range(3):
        dead = stopped_before(walk, "BeginRecovery", walk.walker.start("recover_link", {"execution": dead.arn}))

    assert walk.walker.recover(dead).output["reason"] == "ChainEnds"


def test_the_next_start_is_refused_while_a_recovery_is_at_work() -> None:
    walk = a_walk()
    first = stopped_before(walk, "AwaitRetired", walk.start())
    recovery = walk.walker.start("recover_link", {"execution": first.arn})
    walk.walker.walk_to(recovery, "AwaitRetired")

    assert reasons(walk.rotate()) == ("FAILED", "AlreadyRotating")
    assert walk.walker.walk(recovery).status == "SUCCEEDED"
    is_whole(walk)


def test_a_key_that_is_gone_for_good_reason_stays_gone_and_people_are_told() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = walk.walker.start("rotate_key", {"link": LINK, "reason": "compromise of key 1"})
    stopped_before(walk, "AwaitRetired", first)
    walk.scene.clock.sleep(DEAD_LOCK_CLEARANCE.total_seconds() + 10)

    recovery = walk.walker.recover(first)

    assert OLD not in walk.ckns()
    assert "compromise" in walk.scene.herald.alerts[-1][1]
    assert recovery.output["encrypted"] is False
    assert walk.scene.ledger.rotation_locks == {}


def test_a_key_is_not_asked_back_after_remove_was_sent() -> None:
    walk = a_walk()
    first = stopped_before(walk, "RemoveFromRouter", walk.start())
    router = walk.scene.twin.router(LINK)
    for ckn in tuple(router.keys()):
        router.remove(ckn)
    walk.scene.clock.sleep(30)

    walk.walker.recover(first)

    assert OLD not in walk.ckns()
    assert walk.scene.trouble.count("direct_connect.reassociate") == 0
    assert "told to take the old key off" in walk.scene.herald.alerts[-1][1]


def test_a_port_that_is_itself_down_brings_no_key_back() -> None:
    walk = a_walk()
    first = stopped_before(walk, "AwaitRetired", walk.start())
    walk.scene.clock.sleep(30)
    walk.scene.twin.drop_port(LINK)

    walk.walker.recover(first)

    assert walk.scene.trouble.count("direct_connect.reassociate") == 0
    assert (walk.scene.ledger.rotation_locks, walk.scene.ledger.acting_locks) == ({}, {})


def test_a_line_that_no_key_brings_back_is_said_to_be_dark_and_pauses() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = stopped_before(walk, "AwaitRetired", walk.start())
    walk.scene.trouble.always("direct_connect.reassociate", "before", raising(FunctionDied()))

    recovery = walk.walker.recover(first)

    assert reasons(recovery) == ("FAILED", "LinkDark")
    assert walk.scene.ledger.pauses[LINK].reason == "LinkDark"
    assert walk.scene.ledger.rotation_locks == {}


def test_a_key_that_a_recovery_asked_back_pauses_for_its_own_reason_and_the_recovery_went_well() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = stopped_before(walk, "AwaitRetired", walk.start())

    recovery = walk.walker.recover(first)

    assert (recovery.status, recovery.output["reason"], recovery.output["roads"]) == (
        "SUCCEEDED",
        "Aborted",
        ["restore"],
    )
    assert walk.scene.ledger.pauses[LINK].reason == "Restored"
    assert reasons(walk.rotate()) == ("FAILED", "LinkPaused")
    walk.repair_router()
    assert walk.rotate().status == "SUCCEEDED"


def test_a_dark_line_is_no_longer_a_persons_to_resume_that_paused_it_while_it_was_rotated() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = stopped_before(walk, "AwaitRetired", walk.start())
    pause_link(LINK, "fibre work", "user/ada", walk.scene.world)
    walk.scene.trouble.always("direct_connect.reassociate", "before", raising(FunctionDied()))

    walk.walker.recover(first)

    pause = walk.scene.ledger.pauses[LINK]
    assert (pause.reason, pause.by_hand) == ("LinkDark", False)
    assert pause.sentence.endswith("paused by hand by user/ada: fibre work.")


def test_a_lag_is_recovered_with_all_its_members() -> None:
    walk = a_walk(a_lag(), LAG)
    walk.behave(loses_encryption_when_old_removed=True)
    first = stopped_before(walk, "AwaitRetired", walk.start())

    assert walk.walker.recover(first).status == "SUCCEEDED"
    is_whole(walk)


def test_a_running_execution_is_not_recovered() -> None:
    walk = a_walk()
    first = walk.start()
    walk.walker.walk_to(first, "Bake")

    assert reasons(walk.walker.recover(first)) == ("FAILED", "StillRunning")
    assert walk.walker.walk(first).status == "SUCCEEDED"


def test_an_execution_that_nobody_knows_is_refused() -> None:
    walk = a_walk()
    arn = "arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateKey:nobody"

    refused = walk.walker.walk(walk.walker.start("recover_link", {"execution": arn}))

    assert reasons(refused) == ("FAILED", "ExecutionNotFound")


def test_an_execution_that_was_refused_its_input_took_nothing() -> None:
    walk = a_walk()
    refused = walk.walker.walk(walk.walker.start("rotate_key", {"link": "nonsense"}))

    assert walk.walker.recover(refused).output["next"] == "nothing"


def test_locks_whose_group_somebody_took_meanwhile_are_finished_all_the_same() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = stopped_before(walk, "AwaitRetired", walk.start())
    partner = "arn:aws:states:us-east-1:123456789012:execution:RotateKey:partner"
    locks = walk.scene.ledger.rotation_locks
    (group,) = [row for row in locks if row.startswith("GROUP#")]
    locks[group] = type(locks[group])(partner, "partner", walk.scene.clock.now())

    walk.walker.recover(first)

    assert list(locks) == [group]
    assert walk.scene.link(LINK).encrypted
    assert OLD in walk.ckns()


def a_dark_death() -> tuple[Walk, Execution]:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    first = stopped_before(walk, "AwaitRetired", walk.start())
    walk.scene.clock.sleep(60)
    return walk, first


def calls_of_a_recovery() -> list[str]:
    walk, first = a_dark_death()
    before = len(walk.scene.trouble.seen)
    walk.walker.recover(first)
    return [seen.name for seen in walk.scene.trouble.seen[before:]]


CALLS = calls_of_a_recovery()
FAULTS = {"the answer is lost": ServiceFault("no answer"), "the function dies": FunctionDied()}


@pytest.mark.parametrize("number", [number for number, name in enumerate(CALLS) if name not in CALLS[:number]])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", FAULTS)
def test_any_one_fault_of_a_recovery_is_survived(number: int, when: str, fault: str) -> None:
    walk, first = a_dark_death()
    walk.scene.trouble.at_call(len(walk.scene.trouble.seen) + number, when, raising(FAULTS[fault]))

    recovery = walk.walker.recover(first)

    assert recovery.status == "SUCCEEDED"
    is_whole(walk)
    assert OLD in walk.ckns()


def test_an_end_that_could_not_close_itself_is_closed() -> None:
    walk = a_walk()
    walk.scene.trouble.always("ledger.record", "before", raising(UnknownAnswer("what is this?")))
    failed = walk.rotate()
    walk.scene.trouble.forget()
    assert reasons(failed) == ("FAILED", "NotClosed")
    assert walk.scene.ledger.rotation_locks != {}

    recovery = walk.walker.recover(failed)

    assert recovery.status == "SUCCEEDED"
    assert (walk.record()["status"], walk.record()["reason"]) == ("FAILED", "NotClosed")
    assert walk.labels(walk.made()) == {Label.IN_USE, Label.CURRENT}
    is_whole(walk)
