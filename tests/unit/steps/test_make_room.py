"""MakeRoom: what it chose may leave only while another key holds the line."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, Key, OldKey, Request, Rotation, Verdict, Watch
from dxmacsec.steps.make_room import make_room
from sandbox.twin import World as TwinWorld
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import Scene, a_scene


def removing(scene: Scene, key: Key) -> Rotation:
    """Return a rotation, its locks held, that chose this key."""
    now = scene.clock.now()
    scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    document = Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("chosen"))
    return replace(document, removing=OldKey(key.ckn, key.secret_arn), watch=Watch(now))


def refused(scene: Scene, rotation: Rotation) -> str:
    """Return why it was refused, after nothing was removed."""
    before = scene.link(LINK).keys
    made = make_room(rotation, scene.world)
    assert (made.verdict.next, made.verdict.reason) == ("refused", "ChainNeedsOperator")
    assert scene.trouble.count("direct_connect.disassociate") == 0
    assert scene.link(LINK).keys == before
    return made.verdict.sentence


def test_a_chosen_key_leaves_while_another_holds_the_line() -> None:
    scene = a_scene(a_connection(keys=2))
    chosen = scene.link(LINK).keys[0]

    made = make_room(removing(scene, chosen), scene.world)

    assert made.verdict.next == "waiting"
    assert [call.arguments[1] for call in scene.trouble.seen if call.name.endswith("disassociate")] == [
        chosen.secret_arn
    ]


def test_the_last_associated_key_stays() -> None:
    scene = a_scene()

    assert "is the last key" in refused(scene, removing(scene, scene.link(LINK).keys[0]))


def test_no_key_leaves_a_line_that_is_dark() -> None:
    scene = a_scene(a_connection(keys=2))
    router = scene.twin.router(LINK)
    for ckn in tuple(router.keys()):
        router.remove(ckn)
    scene.clock.sleep(60)
    assert not scene.link(LINK).encrypted

    assert "may be needed" in refused(scene, removing(scene, scene.link(LINK).keys[0]))


def test_a_key_that_does_not_leave_is_waited_for_until_the_deadline() -> None:
    scene = a_scene(a_connection(keys=2), TwinWorld.from_json({"W15": "forever"}))
    rotation = removing(scene, scene.link(LINK).keys[0])

    first = make_room(rotation, scene.world)
    scene.clock.sleep(scene.world.limits.retire.total_seconds() + 1)
    last = make_room(rotation, scene.world)

    assert first.verdict.next == "waiting"
    assert (last.verdict.next, last.verdict.reason) == ("refused", "ChainNeedsOperator")
    assert "did not leave before the deadline" in last.verdict.sentence
    assert scene.trouble.count("direct_connect.disassociate") == 1
