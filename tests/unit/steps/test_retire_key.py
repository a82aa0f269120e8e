"""RetireKey: a repeat concerns the same key, and a key that is leaving is not removed again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dxmacsec.errors import ServiceFault, Throttled
from dxmacsec.interfaces import Owner
from dxmacsec.model import SCHEMA, NewKey, OldKey, Request, Rotation, RouterTaskKind, Verdict
from dxmacsec.steps.judge_answer import MAX_ASKS
from dxmacsec.steps.retire_key import retire_key
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import AFTER, BEFORE, raising


def a_rotation(scene: Scene) -> Rotation:
    """Return a rotation of a link with two keys, whose router named the newer one on every port."""
    now = scene.clock.now()
    old, new = scene.link(LINK).keys
    scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    document = Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("retire"))
    document = replace(
        document, new_key=NewKey("v1", new.ckn), retiring=OldKey(old.ckn, old.secret_arn), asked_ports=(LINK,)
    )
    answer = {
        "task_id": document.task_id(RouterTaskKind.CONFIRM),
        "ports": {LINK: new.ckn},
        "by": "agent",
        "received_at": now.isoformat(),
        "kind": "confirm",
    }
    return replace(document, answer=answer, asks=1)


def test_removes_the_key_that_the_document_names() -> None:
    scene = a_scene(a_connection(keys=2))
    rotation = a_rotation(scene)

    sent = retire_key(rotation, scene.world)

    assert sent.verdict.next == "sent"
    assert [call.arguments[1] for call in scene.trouble.seen if call.name.endswith("disassociate")] == [
        rotation.retiring.secret_arn if rotation.retiring else None
    ]


def test_a_key_that_is_leaving_is_not_removed_again() -> None:
    scene = a_scene(a_connection(keys=2))
    rotation = a_rotation(scene)

    first, second = (retire_key(rotation, scene.world) for _ in range(2))

    assert (first.verdict.next, first.verdict.reason) == ("sent", "")
    assert (second.verdict.next, second.verdict.reason) == ("sent", "AlreadyLeaving")
    assert scene.trouble.count("direct_connect.disassociate") == 1


def test_a_lost_answer_leads_to_the_watch_though_the_ledger_is_throttled() -> None:
    scene = a_scene(a_connection(keys=2))
    rotation = a_rotation(scene)
    scene.trouble.at("direct_connect.disassociate", AFTER, raising(ServiceFault("no answer")))
    with pytest.raises(ServiceFault):
        retire_key(rotation, scene.world)
    scene.trouble.always("ledger.holds_rotation", BEFORE, raising(Throttled("slow down")))

    sent = retire_key(rotation, scene.world)

    assert (sent.verdict.next, sent.verdict.reason) == ("sent", "AlreadyLeaving")
    assert scene.trouble.count("direct_connect.disassociate") == 1


def test_an_answer_that_is_too_old_each_time_is_not_asked_for_without_end() -> None:
    scene = a_scene(a_connection(keys=2))
    rotation = a_rotation(scene)
    scene.clock.sleep(scene.world.limits.proof_max_age.total_seconds() + 1)
    answer = {**(rotation.answer or {}), "task_id": f"r1.{RouterTaskKind.CONFIRM}.{MAX_ASKS - 1}"}

    first = retire_key(rotation, scene.world)
    last = retire_key(replace(rotation, answer=answer, asks=MAX_ASKS), scene.world)

    assert (first.verdict.next, first.verdict.reason) == ("again", "AnswerTooOld")
    assert (last.verdict.next, last.verdict.reason) == ("refused", "AnswerTooOld")
    assert scene.trouble.count("direct_connect.disassociate") == 0
    assert scene.ledger.acting_locks == {}


def test_no_key_leaves_while_the_ledger_is_throttled() -> None:
    scene = a_scene(a_connection(keys=2))
    rotation = a_rotation(scene)
    scene.trouble.always("ledger.holds_rotation", BEFORE, raising(Throttled("slow down")))

    with pytest.raises(Throttled):
        retire_key(rotation, scene.world)

    assert scene.trouble.count("direct_connect.disassociate") == 0
