from __future__ import annotations

from typing import Any

import pytest

from dxmacsec.model import Label
from dxmacsec.policy.own_material import placeholder_version
from dxmacsec.steps.hear_label import hear_label
from tests.worlds.estates import LINK
from tests.worlds.outside import a_pair
from tests.worlds.scene import Scene, a_scene

OURS = "11111111-1111-4111-8111-111111111111"
MINE = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def scene() -> Scene:
    made = a_scene()
    made.key_secrets.create(LINK)
    made.key_secrets.put(LINK, OURS, a_pair("ours"), frozenset({Label.IN_USE, Label.CURRENT}))
    return made


def event(version_id: str, name: str = f"dxmacsec/{LINK}", event_id: str = "e-1") -> dict[str, Any]:
    return {"id": event_id, "detail": {"name": name, "labelUpdated": "AWSCURRENT", "versionId": version_id}}


def test_a_pair_of_ones_own_starts_one_rotation_for_one_event(scene: Scene) -> None:
    scene.key_secrets.write(LINK, MINE, a_pair("mine"))

    heard = [hear_label(event(MINE), scene.world) for _ in range(2)]

    assert [each.next for each in heard] == ["start", "start"]
    [request] = scene.rotations.started.values()
    assert (request["link"], request["version_id"]) == (LINK, MINE)
    assert list(scene.rotations.started) == ["label-e-1"]


def test_the_same_version_made_current_again_is_asked_for_again(scene: Scene) -> None:
    scene.key_secrets.write(LINK, MINE, a_pair("mine"))

    for event_id in ("e-1", "e-2"):
        hear_label(event(MINE, event_id=event_id), scene.world)

    assert len(scene.rotations.started) == 2


@pytest.mark.parametrize("version_id", [OURS, placeholder_version(LINK), MINE])
def test_our_own_labels_and_old_events_start_nothing_and_tell_nobody(scene: Scene, version_id: str) -> None:
    heard = hear_label(event(version_id), scene.world)

    assert heard.next == "nothing"
    assert scene.rotations.started == {}
    assert scene.herald.alerts == []


def test_somebody_elses_secret_is_none_of_our_business(scene: Scene) -> None:
    assert hear_label(event(OURS, "dxmacsec/not-a-link"), scene.world).reason == "NotOurs"


def test_what_is_no_pair_is_told_and_changes_nothing(scene: Scene) -> None:
    scene.key_secrets.write(LINK, MINE, None)
    before = scene.key_secrets.versions(LINK)

    heard = hear_label(event(MINE), scene.world)

    [(subject, text)] = scene.herald.alerts
    assert (heard.next, heard.reason) == ("refused", "BadKeyPair")
    assert subject == f"dxmacsec {LINK}: BadKeyPair"
    assert "heading BadKeyPair" in text
    assert scene.rotations.started == {}
    assert scene.key_secrets.versions(LINK) == before


def test_a_ckn_that_is_taken_is_told_without_the_cak(scene: Scene) -> None:
    scene.key_secrets.write(LINK, MINE, a_pair("ours"))

    heard = hear_label(event(MINE), scene.world)

    [(_, text)] = scene.herald.alerts
    assert heard.reason == "CknTaken"
    assert a_pair("ours").cak.reveal() not in text
    assert scene.rotations.started == {}
