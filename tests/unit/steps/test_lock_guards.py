"""Every changing step checks its lock before anything else, and changes nothing without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from dxmacsec.errors import ActingLockHeld, LockLost
from dxmacsec.interfaces import Owner, World
from dxmacsec.model import SCHEMA, Enforcement, NewKey, Request, Rotation, RouterTaskKind, Verdict, Watch
from dxmacsec.steps.ask_router import ask_router
from dxmacsec.steps.associate_key import associate_key
from dxmacsec.steps.create_key import create_key
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE, RECOVERY_FIRST, take_acting
from dxmacsec.steps.lower_mode import lower_mode
from dxmacsec.steps.make_room import make_room
from dxmacsec.steps.plan_rotation import plan_rotation
from dxmacsec.steps.promote_key import promote_key
from dxmacsec.steps.raise_mode import raise_mode
from dxmacsec.steps.restore_key import restore_key
from dxmacsec.steps.retire_key import retire_key
from dxmacsec.steps.withdraw_key import withdraw_key
from tests.unit.policy.situations import ckn, old_key
from tests.worlds.estates import LINK
from tests.worlds.scene import Scene, a_scene

CHANGES = ("associate", "reassociate", "disassociate", "set_mode")


def ask_to_prove(rotation: Rotation, world: World) -> None:
    ask_router(rotation, RouterTaskKind.PROVE, "token", world)


ACTING: dict[str, Callable[[Rotation, World], object]] = {
    "associate_key": associate_key,
    "ask_router": ask_to_prove,
    "make_room": make_room,
    "retire_key": retire_key,
    "withdraw_key": withdraw_key,
}
ROTATING = {
    **ACTING,
    "create_key": create_key,
    "plan_rotation": plan_rotation,
    "promote_key": promote_key,
    "restore_key": restore_key,
}


def a_rotation(scene: Scene, *, locked: bool) -> Rotation:
    now = scene.clock.now()
    document = Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("lost"))
    if locked:
        scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    return replace(
        document, new_key=NewKey("v1", ckn("new")), retiring=old_key(), watch=Watch(now), router_deadline_seconds=60
    )


@pytest.mark.parametrize("step", ROTATING.values(), ids=ROTATING)
def test_a_step_without_its_rotation_lock_changes_nothing(step: Callable[[Rotation, World], object]) -> None:
    scene = a_scene()
    rotation = a_rotation(scene, locked=False)

    with pytest.raises(LockLost):
        step(rotation, scene.world)

    assert scene.key_secrets.secrets == {}
    assert scene.desk.sent == []
    assert [scene.trouble.count(f"direct_connect.{change}") for change in CHANGES] == [0] * len(CHANGES)


@pytest.mark.parametrize("step", ACTING.values(), ids=ACTING)
def test_a_step_that_acts_leaves_the_link_to_whoever_acts_already(step: Callable[[Rotation, World], object]) -> None:
    scene = a_scene()
    rotation = a_rotation(scene, locked=True)
    scene.ledger.take_acting(LINK, Owner("arn:e1", "e1", scene.clock.now()))

    with pytest.raises(ActingLockHeld, match="e1"):
        step(rotation, scene.world)

    assert scene.desk.sent == []
    assert [scene.trouble.count(f"direct_connect.{change}") for change in CHANGES] == [0] * len(CHANGES)


@pytest.mark.parametrize("step", [raise_mode, lower_mode])
def test_a_mode_is_changed_only_under_the_acting_lock(step: Callable[[Enforcement, World], Enforcement]) -> None:
    scene = a_scene()
    enforcement = Enforcement(SCHEMA, "e1", "arn:e1", "arn:e1", LINK, scene.clock.now(), Verdict("lower"), raised=True)

    with pytest.raises(LockLost):
        step(enforcement, scene.world)

    assert scene.trouble.count("direct_connect.set_mode") == 0


def test_the_acting_lock_of_a_dead_execution_is_taken_over_after_the_clearance() -> None:
    scene = a_scene()
    rotation = a_rotation(scene, locked=True)
    scene.ledger.take_acting(LINK, Owner("arn:dead", "dead", scene.clock.now()))
    scene.executions.ended["arn:dead"] = scene.clock.now()

    with pytest.raises(ActingLockHeld):
        take_acting(rotation, scene.world)
    scene.clock.sleep((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST + timedelta(seconds=1)).total_seconds())
    take_acting(rotation, scene.world)

    assert scene.ledger.acting_locks[LINK].execution == "arn:r1"


def test_a_lock_that_is_ours_is_taken_again() -> None:
    scene = a_scene()
    rotation = a_rotation(scene, locked=True)

    take_acting(rotation, scene.world)
    take_acting(rotation, scene.world)

    assert scene.ledger.acting_locks[LINK].name == "r1"
