"""JudgeAnswer: a question is asked again only so often."""

from __future__ import annotations

from dataclasses import replace

from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, NewKey, Request, Rotation, RouterTaskKind, Verdict
from dxmacsec.steps.judge_answer import MAX_ASKS, judge_answer
from tests.worlds.estates import LINK
from tests.worlds.scene import Scene, a_scene


def judged(scene: Scene, asks: int) -> Verdict:
    """Judge an answer for ports that are not the link's any more, after so many questions."""
    now = scene.clock.now()
    scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    document = Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("baked"))
    document = replace(document, new_key=NewKey("v1", "ab" * 32), asked_ports=("dxcon-gone0000",), asks=asks)
    answer = {
        "task_id": document.task_id(RouterTaskKind.CONFIRM),
        "ports": {"dxcon-gone0000": "ab" * 32},
        "by": "agent",
        "received_at": now.isoformat(),
        "kind": "confirm",
    }
    return judge_answer(replace(document, answer=answer), scene.world).verdict


def test_members_that_changed_are_asked_again() -> None:
    assert judged(a_scene(), 0).next == "again"


def test_a_router_is_not_asked_for_ever() -> None:
    scene = a_scene()

    assert [judged(scene, asks).next for asks in (MAX_ASKS - 2, MAX_ASKS - 1)] == ["again", "unproven"]
