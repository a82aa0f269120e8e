"""AssociateKey: the API has no client token, so a repeat looks for the CKN first."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from dxmacsec.errors import ServiceFault
from dxmacsec.interfaces import DirectConnect, Owner
from dxmacsec.model import SCHEMA, Key, KeyPair, Label, NewKey, Request, Rotation, Verdict
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


def test_the_answer_names_the_key_so_that_nobody_reads_it_again() -> None:
    scene = a_scene()

    sent = associate_key(a_rotation(scene), scene.world)

    assert sent.new_key is not None
    assert sent.new_key.secret_arn == scene.link(LINK).keys[-1].secret_arn
    assert scene.trouble.count("direct_connect.link") == 1


@pytest.mark.parametrize("answered", [(), (Key("ab" * 32, "arn:of-another", "associating"),)], ids=["none", "another"])
def test_where_the_answer_does_not_name_the_key_the_link_is_read_again(answered: tuple[Key, ...]) -> None:
    scene = a_scene()
    rotation = a_rotation(scene)
    real = scene.world.direct_connect

    class Silent:
        """Adds the pair, and says something else of it."""

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def associate(self, link_id: str, pair: KeyPair) -> tuple[Key, ...]:
            real.associate(link_id, pair)
            return answered

    world = replace(scene.world, direct_connect=cast("DirectConnect", Silent()))

    sent = associate_key(rotation, world)

    assert sent.new_key is not None
    assert sent.new_key.secret_arn == scene.link(LINK).keys[-1].secret_arn
