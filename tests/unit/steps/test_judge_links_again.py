"""What was tried before, what got worse, and what fails beside the look: nothing may stay wrong in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dxmacsec.compliance import Change, PromptKind
from dxmacsec.errors import AccessDenied
from dxmacsec.model import MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT
from dxmacsec.steps.hear_change import hear_change
from dxmacsec.steps.retire_link import retire_links
from tests.unit.steps.test_judge_links import (
    AGAIN,
    ANA,
    ENDED,
    change_mode,
    darken,
    hold,
    look,
    settled,
    standing,
    started,
    take_key,
)
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import Scene
from tests.worlds.trouble import BEFORE, raising

SWEPT = PromptKind.SWEPT
EXEMPT = {"dxmacsec:exempt-until": "2099-12-31"}


def subjects(scene: Scene) -> list[str]:
    return [subject for subject, _ in scene.herald.alerts]


def enforced(scene: Scene) -> str:
    """Lower the mode, let the remedy start, and return its execution."""
    change_mode(scene, SHOULD_ENCRYPT)
    (execution,) = look(scene).started
    return execution


def test_a_remedy_that_step_functions_has_forgotten_is_over() -> None:
    scene = settled()
    scene.executions.forgotten.add(enforced(scene))
    scene.clock.sleep(timedelta(days=60).total_seconds())

    looked = look(scene, SWEPT, None)

    assert len(looked.started) == 1


def test_a_link_that_came_back_gets_a_remedy_under_a_new_name() -> None:
    scene = settled()
    first = enforced(scene)
    del scene.compliance.rows[LINK]
    scene.clock.sleep(3600)
    look(scene, SWEPT, None)
    del scene.compliance.rows[LINK]
    scene.clock.sleep(3600)

    look(scene)

    assert first.endswith(started(LINK))
    assert len(scene.remedies.enforcements) == 3


@pytest.mark.parametrize("error", ["FleetAlreadyRunning", "OutsideWindow"])
def test_a_fleet_run_that_never_began_is_no_try(error: str) -> None:
    scene = settled()
    take_key(scene)
    (run,) = look(scene).started
    scene.executions.ended[run], scene.executions.errors[run] = scene.clock.now(), error
    scene.clock.sleep(3600)

    assert len(look(scene, SWEPT, None).started) == 1


@pytest.mark.parametrize(("error", "tries"), [("ActingLockHeld", 1), ("EncryptionNotUp", 0)])
def test_an_enforcement_that_met_somebody_at_work_is_no_try_and_one_that_failed_is(error: str, tries: int) -> None:
    scene = settled()
    execution = enforced(scene)
    scene.executions.ended[execution], scene.executions.errors[execution] = scene.clock.now(), error
    scene.clock.sleep(3600)

    assert len(look(scene, SWEPT, None).started) == tries


def test_a_second_look_at_somebodys_change_may_try_again() -> None:
    scene = settled()
    execution = enforced(scene)
    scene.executions.ended[execution] = scene.clock.now()

    assert len(look(scene, AGAIN).started) == 1


def test_from_should_encrypt_to_no_encrypt_is_a_change_that_people_hear_of() -> None:
    scene = settled(enforcement="audit")
    change_mode(scene, SHOULD_ENCRYPT)
    look(scene)
    eve = Change("event-2", "UpdateConnection", "arn:aws:iam::123456789012:user/eve", ANA.at)
    change_mode(scene, NO_ENCRYPT)

    looked = look(scene, change=eve)

    assert looked.changed == (LINK,)
    assert standing(scene).change == eve
    assert "no_encrypt" in standing(scene).sentence
    assert subjects(scene) == [f"dxmacsec {LINK}: ModeNotEnforced"] * 2


def test_a_line_that_goes_dark_under_a_hand_set_must_encrypt_is_told_again() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)
    darken(scene)
    look(scene)
    change_mode(scene, MUST_ENCRYPT)
    scene.clock.sleep(5)

    look(scene)

    assert subjects(scene) == [f"dxmacsec {LINK}: EncryptionDown"] * 2


def test_a_security_hub_that_is_off_keeps_nobody_from_being_told_and_tells_nobody_twice() -> None:
    scene = settled(security_hub=True, enforcement="audit")
    scene.trouble.always("findings.report", BEFORE, raising(AccessDenied("Security Hub is off")))
    change_mode(scene, SHOULD_ENCRYPT)

    troubles = [look(scene, SWEPT, None).troubles for _ in range(3)]

    assert subjects(scene) == [f"dxmacsec {LINK}: ModeNotEnforced"]
    assert [len(each) for each in troubles] == [1, 0, 0]


def test_a_deleted_link_is_told_of_once_where_the_hub_is_off() -> None:
    scene = settled(security_hub=True)
    scene.twin.call("DeleteConnection", {"connectionId": LINK}, principal="person")
    scene.clock.sleep(3600)
    scene.trouble.always("findings.resolve", BEFORE, raising(AccessDenied("Security Hub is off")))

    retired, troubles = retire_links({LINK: None}, {LINK: standing(scene)}, {}, scene.world)

    assert (retired, [each.error for each in troubles]) == ((), ["AccessDenied"])
    assert LINK not in scene.compliance.rows
    assert subjects(scene) == [f"dxmacsec {LINK}: LinkDeleted"]


@pytest.mark.parametrize("chosen", [EXEMPT, {"dxmacsec:enforcement": "audit"}])
def test_a_deleted_link_that_was_left_alone_keeps_its_key_secret(chosen: dict[str, str]) -> None:
    scene = settled(a_connection(tags=chosen, mode=SHOULD_ENCRYPT), tags_may_loosen=True)
    scene.twin.call("DeleteConnection", {"connectionId": LINK}, principal="person")
    scene.clock.sleep(3600)

    retire_links({LINK: None}, {LINK: standing(scene)}, {}, scene.world)

    assert LINK not in scene.compliance.rows
    assert scene.trouble.count("key_secrets.schedule_deletion") == 0


def test_the_word_that_a_sweep_left_at_a_lock_earns_no_new_try() -> None:
    scene = settled()
    execution = enforced(scene)
    scene.executions.ended[execution] = scene.clock.now()
    word = {"event_id": "", "call": "swept", "by": "", "at": scene.clock.now().isoformat()}
    detail = {"link": LINK, "change": word}
    freed = {"id": "e", "source": "dxmacsec", "detail-type": "MACsec Link Freed", "detail": detail}

    heard = hear_change({"m": freed}, scene.world)

    assert heard.looked.started == ()


def test_the_word_of_a_person_stays_where_a_sweep_comes_after() -> None:
    scene = settled()
    owner = hold(scene)

    for change in (ANA, Change("", "swept", "", scene.clock.now())):
        scene.world.compliance_ledger.wait_for_acting(LINK, owner, change)

    assert scene.ledger.free_acting(LINK, owner.execution) == ANA


def test_an_ended_look_asks_nobody_whether_something_runs() -> None:
    scene = settled()
    enforced(scene)
    asked = scene.trouble.count("executions.run")

    look(scene, ENDED)

    assert scene.trouble.count("executions.run") == asked
