"""CreateKey: one pair, stored before anybody hears of it."""

from __future__ import annotations

import pytest

from dxmacsec.errors import BadKeyPair, KeyPairMissing
from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, Label, Request, Rotation, Verdict
from dxmacsec.steps.create_key import create_key
from tests.worlds.estates import LINK
from tests.worlds.outside import a_pair
from tests.worlds.scene import Scene, a_scene

VERSION = "11111111-2222-3333-4444-555555555555"


def a_rotation(scene: Scene, version_id: str | None = None) -> Rotation:
    now = scene.clock.now()
    scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    return Rotation(SCHEMA, "r1", "arn:r1", Request(LINK, version_id=version_id), now, LINK, Verdict("go"))


def test_stores_a_new_pair_under_the_labels_of_a_new_one() -> None:
    scene = a_scene()

    created = create_key(a_rotation(scene), scene.world)

    assert created.new_key is not None
    assert scene.key_secrets.labels(LINK, created.new_key.ckn) == {Label.NEW, Label.PENDING}
    assert not created.new_key.reused


def test_a_pair_that_was_made_now_is_looked_for_on_no_link() -> None:
    scene = a_scene()

    create_key(a_rotation(scene), scene.world)

    assert scene.trouble.count("direct_connect.link") == 0


def test_a_pair_that_is_used_again_is_looked_for_on_the_link() -> None:
    scene = a_scene()
    pair = a_pair("failed")
    scene.world.direct_connect.associate(LINK, pair)
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, VERSION, pair, frozenset({Label.FAILED}))

    created = create_key(a_rotation(scene), scene.world)

    assert created.new_key is not None
    assert created.new_key.was_on_link


def test_twice_gives_the_same_pair() -> None:
    scene = a_scene()
    rotation = a_rotation(scene)

    assert create_key(rotation, scene.world) == create_key(rotation, scene.world)
    assert len(scene.key_maker.made) == 1


def test_a_failed_pair_is_used_again() -> None:
    scene = a_scene()
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, VERSION, a_pair("failed"), frozenset({Label.FAILED}))

    created = create_key(a_rotation(scene), scene.world)

    assert created.new_key is not None
    assert (created.new_key.version_id, created.new_key.reused) == (VERSION, True)
    assert scene.key_secrets.labels(LINK, created.new_key.ckn) == {Label.NEW, Label.PENDING}
    assert scene.key_maker.made == []


def test_own_key_material_without_our_label_gets_one() -> None:
    scene = a_scene()
    pair = a_pair("own")
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, VERSION, pair, frozenset({Label.PENDING}))
    scene.key_secrets.unlabel(LINK, VERSION, Label.ckn(pair.ckn))

    created = create_key(a_rotation(scene, VERSION), scene.world)

    assert created.new_key is not None
    assert created.new_key.ckn == pair.ckn
    assert scene.key_secrets.holder(LINK, Label.ckn(pair.ckn)) == VERSION


def test_the_label_of_a_pair_that_a_dead_rotation_left_is_kept() -> None:
    scene = a_scene()
    left = a_pair("left")
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, "left", left, frozenset({Label.NEW}))
    scene.key_secrets.put(LINK, VERSION, a_pair("own"), frozenset({Label.PENDING}))

    create_key(a_rotation(scene, VERSION), scene.world)

    assert scene.key_secrets.labels(LINK, left.ckn) == {Label.FAILED}


def test_a_version_that_is_not_there_needs_an_operator() -> None:
    scene = a_scene()

    with pytest.raises(KeyPairMissing):
        create_key(a_rotation(scene, VERSION), scene.world)


def test_the_placeholder_is_no_pair() -> None:
    scene = a_scene()
    scene.key_secrets.create(LINK)
    placeholder = scene.key_secrets.holder(LINK, Label.CURRENT)

    with pytest.raises(BadKeyPair):
        create_key(a_rotation(scene, placeholder), scene.world)
