"""CloseEnforcement: the lock goes with whoever took it."""

from __future__ import annotations

from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, Enforcement, Verdict
from dxmacsec.steps.close_enforcement import close_enforcement
from tests.worlds.estates import LINK
from tests.worlds.scene import Scene, a_scene


def close(scene: Scene, owner: str) -> None:
    now = scene.clock.now()
    scene.ledger.take_acting(LINK, Owner(owner, "o", now))
    close_enforcement(Enforcement(SCHEMA, "e1", "arn:e1", owner, LINK, now, Verdict("held", "Enforced")), scene.world)


def test_an_enforcement_of_its_own_frees_its_lock() -> None:
    scene = a_scene()

    close(scene, "arn:e1")

    assert scene.ledger.acting_locks == {}


def test_a_nested_one_leaves_the_lock_to_its_parent() -> None:
    scene = a_scene()

    close(scene, "arn:r1")

    assert scene.ledger.acting_locks[LINK].execution == "arn:r1"
