"""A document that lacks what a step needs ends with a name, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dxmacsec.errors import KeyPairMissing
from dxmacsec.interfaces import Owner, World
from dxmacsec.model import SCHEMA, Request, Rotation, Verdict
from dxmacsec.steps.associate_key import associate_key
from dxmacsec.steps.await_associated import await_associated
from dxmacsec.steps.await_retired import await_retired
from dxmacsec.steps.judge_answer import judge_answer
from dxmacsec.steps.promote_key import promote_key
from dxmacsec.steps.retire_key import retire_key
from dxmacsec.steps.withdraw_key import withdraw_key
from tests.unit.policy.situations import new_key, old_key
from tests.worlds.estates import LINK
from tests.worlds.scene import Scene, a_scene

NEEDING_A_NEW_KEY = [associate_key, await_associated, judge_answer, promote_key, withdraw_key]


def a_rotation(scene: Scene) -> Rotation:
    now = scene.clock.now()
    scene.ledger.take_rotation(LINK, None, Owner("arn:r1", "r1", now))
    return Rotation(SCHEMA, "r1", "arn:r1", Request(LINK), now, LINK, Verdict("go"))


@pytest.mark.parametrize("step", NEEDING_A_NEW_KEY)
def test_a_step_that_needs_the_new_key_says_so(step: Callable[[Rotation, World], Rotation]) -> None:
    scene = a_scene()

    with pytest.raises(KeyPairMissing, match="r1 has no new key"):
        step(a_rotation(scene), scene.world)

    assert scene.trouble.count("direct_connect.disassociate") == 0


def test_nothing_is_retired_that_the_document_does_not_name() -> None:
    scene = a_scene()

    refused = retire_key(a_rotation(scene), scene.world)

    assert (refused.verdict.next, refused.verdict.reason) == ("refused", "NothingToRetire")


def test_nothing_is_retired_without_an_answer() -> None:
    scene = a_scene()
    key = scene.link(LINK).keys[0]
    old = replace(old_key(adopted=True), ckn=key.ckn, secret_arn=key.secret_arn)

    refused = retire_key(replace(a_rotation(scene), new_key=new_key(), retiring=old), scene.world)

    assert (refused.verdict.next, refused.verdict.reason) == ("refused", "AnswerMalformed")
    assert scene.trouble.count("direct_connect.disassociate") == 0


def test_nothing_is_awaited_that_was_not_removed() -> None:
    scene = a_scene()

    assert await_retired(a_rotation(scene), scene.world).verdict.next == "stuck"
