"""AssociateKey: the API has no client token, so a repeat looks for the CKN first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dxmacsec.errors import ServiceFault
from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, Label, NewKey, Request, Rotation, Verdict
from dxmacsec.steps.associate_key import associate_key
from tests.worlds.estates import LINK
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import AFTER, raising


def a_rotation(scene: Scene) -> Rotation:
    """Return a rotation, its lock held, whose pair is stored."""
    now = scene.clock.now()
    scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    pair = scene.world.key_maker.pair()
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, "v1", pair, frozenset({Label.NEW, Label.ckn(pair.ckn)}))
    document = Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("created"))
    return replace(document, new_key=NewKey("v1", pair.ckn))


def test_a_repeat_finds_the_key_and_does_not_add_it_again() -> None:
    scene = a_scene()
    rotation = a_rotation(scene)

    sent = [associate_key(rotation, scene.world) for _ in range(2)]

    assert sent[0].new_key == sent[1].new_key
    assert scene.trouble.count("direct_connect.associate") == 1
    assert len(scene.link(LINK).keys) == 2


def test_an_answer_that_was_lost_leads_to_the_key_of_the_first_call() -> None:
    scene = a_scene()
    rotation = a_rotation(scene)
    scene.trouble.at("direct_connect.associate", AFTER, raising(ServiceFault("no answer")))

    with pytest.raises(ServiceFault):
        associate_key(rotation, scene.world)
    sent = associate_key(rotation, scene.world)

    assert sent.verdict.next == "sent"
    assert scene.trouble.count("direct_connect.associate") == 1
