"""The functions that no machine calls, with the events that they get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dxmacsec.handlers import hear_label, hear_secret_trouble, rotate_secret, wiring
from dxmacsec.handlers.canonical_log import LOGGER
from tests.worlds.estates import LINK
from tests.worlds.outside import a_pair
from tests.worlds.scene import Scene, a_scene

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event

EVENTS = Path(__file__).parents[3] / "events"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = a_scene()
    made.key_secrets.create(LINK)
    monkeypatch.setattr(wiring, "world", lambda: made.world)
    return made


def event(name: str) -> Event:
    read: Event = json.loads((EVENTS / name).read_text())
    return read


def line(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    [record] = [each for each in caplog.records if each.name == LOGGER.name]
    return vars(record)


def test_secrets_manager_gets_its_pair(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    asked = event("secret_rotation_step.json")
    scene.key_secrets.stage(LINK, asked["ClientRequestToken"])

    rotate_secret.handler(asked, None)

    logged = line(caplog)
    assert scene.key_secrets.pair(LINK, asked["ClientRequestToken"]) == scene.key_maker.made[0]
    assert (logged["asked"], logged["link"], logged["next"]) == ("createSecret", LINK, "go")


def test_a_pair_of_ones_own_is_rotated_to(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    moved = event("secret_label_updated.json")
    scene.key_secrets.write(LINK, moved["detail"]["versionId"], a_pair("mine"))

    hear_label.handler(moved, None)

    logged = line(caplog)
    assert list(scene.rotations.started) == [f"label-{moved['id']}"]
    assert (logged["event"], logged["next"]) == (moved["id"], "start")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("secret_rotation_failed.json", "RotationFailed"),
        ("secret_rotation_abandoned.json", "RotationAbandoned"),
        ("key_secret_deleted.json", "KeySecretDeleted"),
    ],
)
def test_people_hear_of_trouble(scene: Scene, caplog: pytest.LogCaptureFixture, name: str, reason: str) -> None:
    hear_secret_trouble.handler(event(name), None)

    assert [subject for subject, _ in scene.herald.alerts] == [f"dxmacsec {LINK}: {reason}"]
    assert line(caplog)["reason"] == reason


def test_a_managed_secret_of_no_key_concerns_nobody(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    hear_secret_trouble.handler(event("managed_secret_deleted.json"), None)

    assert scene.herald.alerts == []
    assert line(caplog)["next"] == "nothing"
