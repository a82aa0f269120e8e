from __future__ import annotations

from typing import Any

import pytest

from dxmacsec.interfaces import Owner
from dxmacsec.model import Label, RotationRun
from dxmacsec.steps.hear_secret_trouble import hear_secret_trouble
from tests.worlds.estates import LINK
from tests.worlds.outside import a_pair
from tests.worlds.scene import Scene, a_scene

TOKEN = "11111111-1111-4111-8111-111111111111"  # noqa: S105 - a version's id
SECRET = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:dxmacsec/{LINK}-a1b2c3"


@pytest.fixture
def scene() -> Scene:
    made = a_scene()
    made.key_secrets.create(LINK)
    return made


def service_event(scene: Scene, name: str, secret: str = SECRET) -> dict[str, Any]:
    at = scene.clock.now().isoformat()
    return {"detail": {"eventName": name, "eventTime": at, "additionalEventData": {"SecretId": secret}}}


def deletion(scene: Scene, secret: str, **more: object) -> dict[str, Any]:
    at = scene.clock.now().isoformat()
    asked = {"requestParameters": {"secretId": secret}, "responseElements": {"arn": secret}}
    return {"detail": {"eventName": "DeleteSecret", "eventTime": at, **asked, **more}}


def test_a_failure_that_no_rotation_of_ours_explains_is_told(scene: Scene) -> None:
    scene.key_secrets.stage(LINK, TOKEN)

    heard = hear_secret_trouble(service_event(scene, "RotationFailed"), scene.world)

    [(subject, text)] = scene.herald.alerts
    assert (heard.link, heard.next) == (LINK, "told")
    assert subject == f"dxmacsec {LINK}: RotationFailed"
    assert f"aws secretsmanager rotate-secret --secret-id {SECRET}" in text
    assert "heading RotationFailed" in text


def test_a_failure_while_the_link_is_being_rotated_is_our_own_doing(scene: Scene) -> None:
    scene.ledger.take_rotation(LINK, None, Owner("arn:other", "other", scene.clock.now()))

    heard = hear_secret_trouble(service_event(scene, "RotationFailed"), scene.world)

    assert heard.reason == "OwnDoing"
    assert scene.herald.alerts == []


def test_a_failure_that_a_rotation_told_already_is_our_own_doing(scene: Scene) -> None:
    scene.key_secrets.put(LINK, TOKEN, a_pair("failed"), frozenset({Label.FAILED}))
    scene.rotations.runs[TOKEN] = RotationRun(TOKEN, "FAILED", ended_at=scene.clock.now())

    hear_secret_trouble(service_event(scene, "RotationFailed"), scene.world)

    assert scene.herald.alerts == []


def test_an_earlier_rotation_given_up_for_a_later_one_of_ours_is_our_own_doing(scene: Scene) -> None:
    scene.key_secrets.put(LINK, TOKEN, a_pair("later"), frozenset({Label.CURRENT, Label.IN_USE}))

    heard = hear_secret_trouble(service_event(scene, "RotationAbandoned"), scene.world)

    assert heard.reason == "OwnDoing"
    assert scene.herald.alerts == []


def test_a_rotation_given_up_for_a_version_of_somebody_else_is_told(scene: Scene) -> None:
    scene.key_secrets.put(LINK, TOKEN, a_pair("theirs"), frozenset({Label.CURRENT}))

    hear_secret_trouble(service_event(scene, "RotationAbandoned"), scene.world)

    assert [subject for subject, _ in scene.herald.alerts] == [f"dxmacsec {LINK}: RotationAbandoned"]


def test_an_abandoned_rotation_is_told(scene: Scene) -> None:
    hear_secret_trouble(service_event(scene, "RotationAbandoned"), scene.world)

    assert [subject for subject, _ in scene.herald.alerts] == [f"dxmacsec {LINK}: RotationAbandoned"]


def test_a_deleted_key_secret_is_told(scene: Scene) -> None:
    hear_secret_trouble(deletion(scene, SECRET), scene.world)

    assert [subject for subject, _ in scene.herald.alerts] == [f"dxmacsec {LINK}: KeySecretDeleted"]


@pytest.mark.parametrize(
    ("account", "told"), [("123456789012", 0), ("999999999999", 1)], ids=["our account", "another account"]
)
def test_our_own_deletion_of_a_key_secret_is_told_to_nobody(scene: Scene, account: str, told: int) -> None:
    role = {"arn": f"arn:aws:iam::{account}:role/dxmacsec/DxMacsec-FunctionsHearChangeRole-1"}
    identity = {"type": "AssumedRole", "sessionContext": {"sessionIssuer": role}}
    event = {**deletion(scene, SECRET, userIdentity=identity), "account": "123456789012"}

    heard = hear_secret_trouble(event, scene.world)

    assert (heard.link, heard.reason == "OwnDoing") == (LINK, not told)
    assert len(scene.herald.alerts) == told


def test_the_managed_secret_of_a_key_on_a_link_is_a_verdict_and_told_elsewhere(scene: Scene) -> None:
    [key] = scene.link(LINK).keys

    heard = hear_secret_trouble(deletion(scene, key.secret_arn), scene.world)

    assert (heard.next, heard.reason) == ("nothing", "NotOurs")
    assert scene.herald.alerts == []


def test_a_secret_that_is_not_ours_and_a_call_that_was_refused_are_told_to_nobody(scene: Scene) -> None:
    heard = [
        hear_secret_trouble(deletion(scene, "arn:aws:secretsmanager:::secret:other"), scene.world),
        hear_secret_trouble(deletion(scene, SECRET, errorCode="AccessDenied"), scene.world),
        hear_secret_trouble(service_event(scene, "RotationFailed", "other/secret"), scene.world),
    ]

    assert {each.next for each in heard} == {"nothing"}
    assert scene.herald.alerts == []
