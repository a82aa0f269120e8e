"""RaiseMode: the last look decides, whatever the long watch before it said."""

from __future__ import annotations

import pytest

from dxmacsec.errors import Throttled
from dxmacsec.interfaces import Owner
from dxmacsec.model import MUST_ENCRYPT, SCHEMA, SHOULD_ENCRYPT, Enforcement, Verdict
from dxmacsec.steps.raise_mode import raise_mode
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import BEFORE, raising


def an_enforcement(scene: Scene, next_: str = "raise") -> Enforcement:
    now = scene.clock.now()
    scene.ledger.take_acting(LINK, Owner("arn:e1", "e1", now))
    return Enforcement(SCHEMA, "e1", "arn:e1", "arn:e1", LINK, now, Verdict(next_))


def test_a_line_that_is_encrypted_is_raised_once() -> None:
    scene = a_scene(a_connection(mode=SHOULD_ENCRYPT))
    enforcement = an_enforcement(scene)

    raised = [raise_mode(enforcement, scene.world) for _ in range(2)]

    assert [(each.verdict.next, each.raised) for each in raised] == [("raised", True)] * 2
    assert scene.link(LINK).mode == MUST_ENCRYPT
    assert scene.trouble.count("direct_connect.set_mode") == 1


def test_a_line_that_went_dark_since_the_watch_is_not_raised() -> None:
    scene = a_scene(a_connection(mode=SHOULD_ENCRYPT))
    router = scene.twin.router(LINK)
    for ckn in tuple(router.keys()):
        router.remove(ckn)
    scene.clock.sleep(60)

    looked = raise_mode(an_enforcement(scene), scene.world)

    assert (looked.verdict.next, looked.raised) == ("unsafe", False)
    assert scene.link(LINK).mode == SHOULD_ENCRYPT
    assert scene.trouble.count("direct_connect.set_mode") == 0


def test_a_lost_answer_leads_to_the_watch_though_the_ledger_is_throttled() -> None:
    scene = a_scene(a_connection(mode=SHOULD_ENCRYPT))
    enforcement = an_enforcement(scene)
    raise_mode(enforcement, scene.world)
    scene.trouble.always("ledger.holds_acting", BEFORE, raising(Throttled("slow down")))

    raised = raise_mode(enforcement, scene.world)

    assert (raised.verdict.next, raised.raised) == ("raised", True)
    assert scene.trouble.count("direct_connect.set_mode") == 1


def test_no_mode_is_set_while_the_ledger_is_throttled() -> None:
    scene = a_scene(a_connection(mode=SHOULD_ENCRYPT))
    enforcement = an_enforcement(scene)
    scene.trouble.always("ledger.holds_acting", BEFORE, raising(Throttled("slow down")))

    with pytest.raises(Throttled):
        raise_mode(enforcement, scene.world)

    assert scene.trouble.count("direct_connect.set_mode") == 0
