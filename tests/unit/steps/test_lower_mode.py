"""LowerMode: only who raised the mode lowers it, and not because a port is down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dxmacsec.interfaces import Owner
from dxmacsec.model import MUST_ENCRYPT, SCHEMA, SHOULD_ENCRYPT, Enforcement, Verdict
from dxmacsec.steps.lower_mode import lower_mode
from tests.worlds.estates import LINK
from tests.worlds.scene import Scene, a_scene


def an_enforcement(scene: Scene, next_: str = "lower") -> Enforcement:
    now = scene.clock.now()
    scene.ledger.take_acting(LINK, Owner("arn:e1", "e1", now))
    verdict = Verdict(next_, "EncryptionLost", "Encryption dropped.")
    return Enforcement(SCHEMA, "e1", "arn:e1", "arn:e1", LINK, now, verdict, raised=True, raised_at=now)


def darken(scene: Scene) -> None:
    router = scene.twin.router(LINK)
    for ckn in tuple(router.keys()):
        router.remove(ckn)
    scene.clock.sleep(10)


def test_lowers_and_pauses_enforcement() -> None:
    scene = a_scene()

    lowered = lower_mode(an_enforcement(scene), scene.world)

    assert (lowered.verdict.next, lowered.lowered) == ("lowered", True)
    assert scene.link(LINK).mode == SHOULD_ENCRYPT
    assert scene.ledger.enforcement_pauses[LINK].reason == "ModeLowered"


def test_lowering_twice_is_lowering_once() -> None:
    scene = a_scene()
    enforcement = an_enforcement(scene)

    lower_mode(enforcement, scene.world)
    lower_mode(enforcement, scene.world)

    assert scene.trouble.count("direct_connect.set_mode") == 1


def test_a_mode_that_another_one_raised_stays() -> None:
    scene = a_scene()

    kept = lower_mode(replace(an_enforcement(scene), raised=False), scene.world)

    assert kept.verdict.next == "unsettled"
    assert scene.link(LINK).mode == MUST_ENCRYPT


@pytest.mark.parametrize(
    ("on_loss", "down", "dark", "next_", "mode"),
    [
        ("lower", False, True, "lowered", SHOULD_ENCRYPT),
        ("hold", False, True, "dark", MUST_ENCRYPT),
        ("lower", True, False, "unsettled", MUST_ENCRYPT),
        ("lower", False, False, "unsettled", MUST_ENCRYPT),
    ],
    ids=["dark", "dark, and the owner holds", "the port itself is down", "encryption is up"],
)
def test_after_a_watch_that_failed_the_rules_of_the_watch_decide(
    on_loss: str, next_: str, mode: str, *, down: bool, dark: bool
) -> None:
    scene = a_scene(on_encryption_loss=on_loss)
    if dark:
        darken(scene)
    if down:
        scene.twin.drop_port(LINK)

    judged = lower_mode(an_enforcement(scene, next_="raised"), scene.world)

    assert judged.verdict.next == next_
    assert scene.link(LINK).mode == mode
