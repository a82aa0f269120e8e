"""RestoreKey: ask for the key that was removed until it is back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dxmacsec.errors import ServiceFault
from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, OldKey, Request, Rotation, Verdict, Watch
from dxmacsec.steps.restore_key import restore_key
from tests.worlds.estates import LINK
from tests.worlds.outside import a_pair
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import raising


def after_a_removal(scene: Scene) -> Rotation:
    removed = scene.link(LINK).keys[0]
    scene.twin.call("DisassociateMacSecKey", {"connectionId": LINK, "secretARN": removed.secret_arn})
    scene.clock.sleep(10)
    now = scene.clock.now()
    scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    rotation = Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("lost"))
    return replace(rotation, retiring=OldKey(removed.ckn, removed.secret_arn))


def test_asks_by_the_managed_secret_until_the_line_is_up() -> None:
    scene = a_scene()

    restored = restore_key(after_a_removal(scene), scene.world)

    assert restored.verdict.next == "restored"
    assert scene.link(LINK).encrypted
    assert scene.trouble.count("direct_connect.reassociate") == 1


def test_a_lost_answer_is_looked_at_before_the_pair_is_tried() -> None:
    scene = a_scene()
    rotation = after_a_removal(scene)
    old = rotation.retiring
    assert old is not None
    ours = replace(rotation, retiring=replace(old, version_id="v1"))
    scene.key_secrets.create(LINK)
    scene.key_secrets.put(LINK, "v1", a_pair("whatever"), frozenset())
    scene.trouble.at("direct_connect.reassociate", "after", raising(ServiceFault("no answer")))

    restored = restore_key(ours, scene.world)

    assert restored.verdict.next == "restored"
    assert scene.trouble.count("direct_connect.associate") == 0


def test_the_time_for_asking_begins_here_and_not_with_the_watch_before() -> None:
    scene = a_scene()
    rotation = after_a_removal(scene)
    long_ago = Watch(scene.clock.now() - timedelta(hours=5))

    restored = restore_key(replace(rotation, verdict=Verdict("waiting"), watch=long_ago), scene.world)

    assert restored.verdict.next == "restored"


def test_a_line_that_is_up_is_left_alone() -> None:
    scene = a_scene()
    key = scene.link(LINK).keys[0]
    now = scene.clock.now()
    rotation = replace(
        Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("sent")),
        retiring=OldKey(key.ckn, key.secret_arn),
    )

    assert restore_key(rotation, scene.world).verdict.next == "stuck"


def test_without_a_key_to_ask_for_the_line_is_dark() -> None:
    scene = a_scene()
    rotation = Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), scene.clock.now(), LINK, Verdict("lost"))

    assert restore_key(rotation, scene.world).verdict.reason == "LinkDark"
