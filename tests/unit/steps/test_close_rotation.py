"""CloseRotation: who holds the lock no more changes no label."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, Label, NewKey, Request, Rotation, Verdict
from dxmacsec.steps.close_rotation import close_rotation
from tests.worlds.estates import LINK
from tests.worlds.scene import Scene, a_scene


def a_failed_rotation(scene: Scene) -> Rotation:
    """Return a rotation, its lock held, whose pair is stored as new and never came into use."""
    now = scene.clock.now()
    scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    pair = scene.world.key_maker.pair()
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, "v1", pair, frozenset({Label.NEW, Label.ckn(pair.ckn)}))
    document = Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("unproven", "RouterOnOldKey"))
    return replace(document, new_key=NewKey("v1", pair.ckn))


def labels(scene: Scene, rotation: Rotation) -> frozenset[str]:
    assert rotation.new_key is not None
    return scene.key_secrets.labels(LINK, rotation.new_key.ckn)


def test_a_failed_rotation_keeps_its_pair_for_the_next_one() -> None:
    scene = a_scene()
    rotation = a_failed_rotation(scene)

    close_rotation(rotation, scene.world)

    assert labels(scene, rotation) == {Label.FAILED}
    assert scene.ledger.rotation_locks == {}


def test_a_repeat_after_the_lock_was_freed_changes_no_label() -> None:
    scene = a_scene()
    rotation = a_failed_rotation(scene)
    close_rotation(rotation, scene.world)
    scene.ledger.take_rotation(LINK, None, Owner("arn:r2", "r2", scene.clock.now()))
    scene.key_secrets.label(LINK, "v1", Label.NEW)
    scene.key_secrets.unlabel(LINK, "v1", Label.FAILED)

    close_rotation(rotation, scene.world)

    assert labels(scene, rotation) == {Label.NEW}
    assert scene.ledger.rotation_locks[f"LINK#{LINK}"].execution == "arn:r2"
