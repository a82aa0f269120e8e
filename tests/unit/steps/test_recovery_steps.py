"""RecoverLink's own steps, one by one: what they read, refuse, take and free."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dxmacsec.errors import ActingLockHeld, BadInput, LockLost
from dxmacsec.fleet import KeySince
from dxmacsec.interfaces import Owner
from dxmacsec.model import (
    MUST_ENCRYPT,
    SCHEMA,
    Enforcement,
    Execution,
    Label,
    NewKey,
    OldKey,
    Past,
    Plan,
    Recovery,
    Request,
    Rotation,
    RouterTaskKind,
    Verdict,
)
from dxmacsec.steps.begin_recovery import begin_recovery
from dxmacsec.steps.close_recovery import close_recovery
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE
from dxmacsec.steps.plan_recovery import plan_recovery
from dxmacsec.steps.take_over import take_over
from tests.worlds.estates import LAG, LINK, MEMBERS, a_connection, a_lag
from tests.worlds.scene import Scene, a_scene

HERE = "arn:aws:states:us-east-1:123456789012:execution"
DEAD, CHILD, OWN, OTHER = (
    f"{HERE}:{name}" for name in ("RotateKey:r1", "EnforceEncryption:e1", "RecoverLink:c1", "X:o")
)
GROUP = "a-group"


def own(scene: Scene) -> Execution:
    return Execution(OWN, "c1", scene.clock.now())


def a_rotation(scene: Scene, next_: str = "baked") -> Rotation:
    return Rotation(SCHEMA, "r1", DEAD, Request(LINK), scene.clock.now(), LINK, Verdict(next_), group=GROUP)


def died(scene: Scene, status: str = "ABORTED", **fields: object) -> Past:
    """Write down how the rotation died, a moment ago, with its locks held."""
    now = scene.clock.now()
    told: dict[str, object] = {"document": a_rotation(scene), "last_state": "Bake", "input": {"link": LINK}, **fields}
    past = replace(Past(DEAD, "r1", "RotateKey", status, now, now), **told)  # type: ignore[arg-type]  # any field
    scene.histories.pasts[DEAD] = past
    scene.executions.ended[DEAD] = now
    scene.ledger.take_rotation(LINK, GROUP, Owner(DEAD, "r1", now))
    return past


def begun(scene: Scene, arn: str = DEAD) -> Recovery:
    return begin_recovery({"execution": arn}, own(scene), scene.world)


def taken(scene: Scene) -> Recovery:
    return take_over(begun(scene), scene.world)


def test_it_waits_as_long_as_a_late_call_may_be_on_its_way() -> None:
    scene = a_scene()
    died(scene)

    first = begun(scene)
    scene.clock.sleep(first.verdict.wait_seconds)

    assert first.verdict.next == "wait"
    assert timedelta(seconds=first.verdict.wait_seconds) > DEAD_LOCK_CLEARANCE
    assert begun(scene).verdict.next == "take"


def test_an_execution_that_succeeded_needs_no_recovery() -> None:
    scene = a_scene()
    died(scene, status="SUCCEEDED")

    assert begun(scene).verdict.next == "nothing"


def test_an_execution_of_another_machine_is_none_of_ours() -> None:
    scene = a_scene()
    died(scene, machine="RotateFleet", document=None)

    with pytest.raises(BadInput, match="expected one of RotateKey, EnforceEncryption or RecoverLink"):
        begun(scene)


def test_one_that_died_before_its_first_answer_is_found_by_its_input_and_its_lag() -> None:
    scene = a_scene(a_lag())
    died(scene, document=None, last_state="TakeLock", input={"link": MEMBERS[0]})
    scene.ledger.rotation_locks.clear()
    scene.ledger.take_rotation(LAG, None, Owner(DEAD, "r1", scene.clock.now()))

    found = begun(scene)

    assert (found.link, found.verdict.next) == (LAG, "wait")


def test_a_document_of_another_version_is_noted_and_the_input_used() -> None:
    scene = a_scene()
    died(scene, document=None, unread="schema: this version reads 1")

    found = begun(scene)

    assert (found.link, found.verdict.next) == (LINK, "wait")
    assert found.checks[0].seen == "schema: this version reads 1"


def test_a_nested_enforcement_that_still_runs_is_waited_for() -> None:
    scene = a_scene()
    now = scene.clock.now()
    died(scene, last_state="EnforceEncryption", nested=CHILD)
    child = Enforcement(SCHEMA, "e1", CHILD, DEAD, LINK, now, Verdict("waiting"), raised=True)
    scene.histories.pasts[CHILD] = Past(CHILD, "e1", "EnforceEncryption", "RUNNING", now, None, document=child)
    scene.clock.sleep(600)

    found = begun(scene)

    assert (found.verdict.next, found.verdict.wait_seconds) == ("wait", 30)


def test_a_mode_that_was_raised_long_ago_by_a_nested_enforcement_stays() -> None:
    scene = a_scene()
    now = scene.clock.now()
    child = Enforcement(SCHEMA, "e1", CHILD, DEAD, LINK, now, Verdict("waiting"), raised=True)
    scene.histories.pasts[CHILD] = Past(CHILD, "e1", "EnforceEncryption", "ABORTED", now, now, document=child)
    scene.histories.pasts[DEAD] = Past(DEAD, "r1", "RotateKey", "FAILED", now, now)

    assert begun(scene, CHILD).verdict.next == "wait"
    scene.clock.sleep((scene.world.limits.enforce + DEAD_LOCK_CLEARANCE).total_seconds() + 1)
    assert begun(scene, CHILD).verdict.next == "nothing"


def test_the_locks_are_taken_over_and_the_documents_act_in_its_name() -> None:
    scene = a_scene()
    died(scene)
    scene.ledger.take_acting(LINK, Owner(DEAD, "r1", scene.clock.now()))

    took = taken(scene)

    assert took.verdict.next == "taken"
    assert took.rotation is not None
    assert took.rotation.execution == OWN
    assert {owner.execution for owner in scene.ledger.rotation_locks.values()} == {OWN}
    assert scene.ledger.acting_locks[LINK].execution == OWN
    assert take_over(took, scene.world).verdict.next == "taken"


def test_locks_that_name_somebody_else_by_now_are_left() -> None:
    scene = a_scene()
    died(scene)
    began = begun(scene)
    scene.ledger.rotation_locks[f"LINK#{LINK}"] = Owner(OTHER, "o", scene.clock.now())

    assert take_over(began, scene.world).verdict.next == "nothing"
    assert scene.ledger.rotation_locks[f"LINK#{LINK}"].execution == OTHER


def test_a_lock_that_names_the_next_rotation_is_nothing_to_recover() -> None:
    scene = a_scene()
    died(scene)
    scene.ledger.rotation_locks[f"LINK#{LINK}"] = Owner(OTHER, "o", scene.clock.now())

    found = begun(scene)

    assert (found.verdict.next, found.verdict.reason) == ("nothing", "NothingToRecover")


def test_closing_without_the_lock_moves_no_label() -> None:
    scene = a_scene()
    pair = scene.world.key_maker.pair()
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, "v1", pair, frozenset({Label.NEW, Label.ckn(pair.ckn)}))
    died(scene, document=replace(a_rotation(scene), new_key=NewKey("v1", pair.ckn)))
    took = taken(scene)
    scene.ledger.rotation_locks[f"LINK#{LINK}"] = Owner(OTHER, "o", scene.clock.now())

    close_recovery(took, scene.world)

    assert scene.key_secrets.labels(LINK, pair.ckn) == {Label.NEW}


def test_nothing_is_planned_without_the_lock() -> None:
    scene = a_scene()
    died(scene)
    took = taken(scene)
    scene.ledger.rotation_locks.clear()

    with pytest.raises(LockLost):
        plan_recovery(took, scene.world)


def removal(scene: Scene, *, dark: bool) -> Recovery:
    """Return a recovery, locks taken, of a rotation that died after its removal."""
    key = scene.link(LINK).keys[0]
    scene.twin.call("DisassociateMacSecKey", {"connectionId": LINK, "secretARN": key.secret_arn})
    scene.clock.sleep(30)
    assert scene.link(LINK).encrypted is not dark
    died(scene, document=replace(a_rotation(scene, "sent"), retiring=OldKey(key.ckn, key.secret_arn)))
    took = taken(scene)
    scene.ledger.acting_locks[LINK] = Owner(OTHER, "o", scene.clock.now())
    return took


def test_a_dark_line_waits_for_nobody_who_acts() -> None:
    scene = a_scene()

    planned = plan_recovery(removal(scene, dark=True), scene.world)

    assert (planned.verdict.next, planned.done) == ("restore", ("restore",))
    assert planned.rotation is not None
    assert planned.rotation.verdict.next == "lost"
    assert "not waited for" in planned.checks[-1].seen


def test_the_watch_over_a_removal_waits_for_whoever_acts() -> None:
    scene = a_scene(a_connection(keys=2))
    took = removal(scene, dark=False)

    with pytest.raises(ActingLockHeld):
        plan_recovery(took, scene.world)


def test_a_watch_waits_for_whoever_acts() -> None:
    scene = a_scene()
    raised = replace(Enforcement(SCHEMA, "e1", CHILD, CHILD, LINK, scene.clock.now(), Verdict("waiting")), raised=True)
    died(scene)
    took = replace(taken(scene), enforcement=replace(raised, owner=OWN))
    scene.ledger.acting_locks[LINK] = Owner(OTHER, "o", scene.clock.now())

    with pytest.raises(ActingLockHeld):
        plan_recovery(took, scene.world)


def test_a_key_that_the_line_shows_in_use_is_promoted_and_its_age_begins() -> None:
    scene = a_scene()
    key = scene.link(LINK).keys[0]
    plan = Plan(MUST_ENCRYPT, (), None, make_room=False, onboarding=True, dark_ports=(), steps=())
    rotation = replace(a_rotation(scene), new_key=NewKey("v1", key.ckn), plan=plan, proven_by="router")
    pair = replace(scene.world.key_maker.pair(), ckn=key.ckn)
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, "v1", pair, frozenset({Label.NEW, Label.PENDING, Label.ckn(key.ckn)}))
    died(scene, document=rotation)

    closed = close_recovery(taken(scene), scene.world)

    assert closed.verdict.next == "recovered"
    assert scene.key_secrets.labels(LINK, key.ckn) == {Label.IN_USE, Label.CURRENT}
    assert scene.fleet_ledger.key_since([LINK]) == {LINK: KeySince(key.ckn, rotation.started_at, "r1")}


def test_closing_frees_locks_and_tasks_and_a_repeat_changes_nothing() -> None:
    scene = a_scene()
    died(scene)
    took = taken(scene)
    scene.ledger.tasks[LINK, f"r1.{RouterTaskKind.PROVE}.0"] = None  # type: ignore[assignment]  # only its key counts

    close_recovery(took, scene.world)
    freed = (dict(scene.ledger.rotation_locks), dict(scene.ledger.acting_locks), dict(scene.ledger.tasks))
    scene.ledger.take_rotation(LINK, GROUP, Owner(OTHER, "o", scene.clock.now()))
    close_recovery(took, scene.world)

    assert freed == ({}, {}, {})
    assert {owner.execution for owner in scene.ledger.rotation_locks.values()} == {OTHER}


def test_a_road_that_failed_is_told_and_ends_failed() -> None:
    scene = a_scene()
    died(scene)
    failed = replace(taken(scene), failure={"state": "PlanRecovery", "Error": "UnknownAnswer", "Cause": "odd"})

    closed = close_recovery(failed, scene.world)

    assert (closed.verdict.next, closed.verdict.reason) == ("failed", "UnknownAnswer")
    assert scene.ledger.pauses[LINK].reason == "UnknownAnswer"
    assert scene.ledger.rotation_locks == {}
