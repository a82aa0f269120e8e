from __future__ import annotations

from datetime import timedelta

import pytest

from dxmacsec import errors
from dxmacsec.interfaces import Owner
from dxmacsec.model import Label, RotationRun
from dxmacsec.steps.rotate_secret import rotate_secret
from tests.worlds.estates import LINK
from tests.worlds.outside import a_pair
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import AFTER, FunctionDied, raising

TOKEN = "11111111-1111-4111-8111-111111111111"  # noqa: S105 - a version's id
NEXT = "22222222-2222-4222-8222-222222222222"
SECRET = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:dxmacsec/{LINK}-a1b2c3"
OTHER = "arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateKey:other"


@pytest.fixture
def scene() -> Scene:
    made = a_scene()
    made.key_secrets.create(LINK)
    made.key_secrets.stage(LINK, TOKEN)
    return made


def call(scene: Scene, step: str, token: str = TOKEN) -> str:
    return rotate_secret({"Step": step, "SecretId": SECRET, "ClientRequestToken": token}, scene.world).reason


def labels(scene: Scene, version_id: str) -> set[str]:
    found = scene.key_secrets.versions(LINK) or ()
    kept = (version.labels for version in found if version.version_id == version_id)
    return {label for each in kept for label in each if not label.startswith("DxCkn-")}


def ended(scene: Scene, status: str) -> None:
    scene.rotations.runs[TOKEN] = RotationRun(TOKEN, status, "RouterOnOldKey", "still on the old one")


def test_makes_one_pair_and_starts_one_rotation_however_often_it_is_asked(scene: Scene) -> None:
    for _ in range(3):
        call(scene, "createSecret")
        call(scene, "set_secret")

    assert len(scene.key_maker.made) == 1
    assert list(scene.rotations.started) == [TOKEN]
    assert scene.rotations.started[TOKEN]["link"] == LINK
    assert scene.rotations.started[TOKEN]["version_id"] == TOKEN
    assert labels(scene, TOKEN) == {Label.NEW, Label.PENDING}


def test_an_answer_that_was_lost_makes_no_second_pair(scene: Scene) -> None:
    scene.trouble.at("key_secrets.put", AFTER, raising(FunctionDied()))
    with pytest.raises(FunctionDied):
        call(scene, "createSecret")

    assert call(scene, "createSecret") == "PairMade"
    assert len(scene.key_maker.made) == 1


def test_a_failed_pair_moves_to_the_token_with_its_label(scene: Scene) -> None:
    scene.key_secrets.put(LINK, NEXT, a_pair("failed"), frozenset({Label.FAILED}))

    call(scene, "createSecret")

    assert scene.key_secrets.pair(LINK, TOKEN) == a_pair("failed")
    assert labels(scene, TOKEN) == {Label.FAILED, Label.PENDING}
    assert labels(scene, NEXT) == set()
    assert scene.key_maker.made == []


def test_the_rotation_that_runs_keeps_its_own_pair_and_is_not_blocked(scene: Scene) -> None:
    scene.ledger.take_rotation(LINK, None, Owner(OTHER, "other", scene.clock.now()))

    with pytest.raises(errors.AlreadyRotating, match="other rotates"):
        call(scene, "createSecret")

    assert scene.key_maker.made == []
    assert labels(scene, TOKEN) == set()


def test_a_dead_rotations_lock_is_in_nobodys_way(scene: Scene) -> None:
    scene.ledger.take_rotation(LINK, None, Owner(OTHER, "other", scene.clock.now()))
    scene.executions.ended[OTHER] = scene.clock.now() - timedelta(hours=3)

    assert call(scene, "createSecret") == "createSecret"


@pytest.mark.parametrize("step", ["testSecret", "finishSecret"])
def test_says_that_the_rotation_still_runs(scene: Scene, step: str) -> None:
    call(scene, "createSecret")
    call(scene, "setSecret")

    with pytest.raises(errors.RotationStillRunning, match=TOKEN):
        call(scene, step)

    assert labels(scene, TOKEN) == {Label.NEW, Label.PENDING}


def test_mirrors_a_rotation_that_is_done(scene: Scene) -> None:
    call(scene, "createSecret")
    call(scene, "setSecret")
    ended(scene, "SUCCEEDED")

    assert [call(scene, "testSecret"), call(scene, "finishSecret")] == ["RotationDone", "RotationDone"]


def test_mirrors_a_failure_and_lets_the_next_request_take_the_pair(scene: Scene) -> None:
    call(scene, "createSecret")
    call(scene, "setSecret")
    ended(scene, "FAILED")
    with pytest.raises(errors.RotationNotDone, match="still on the old one"):
        call(scene, "testSecret")
    after = labels(scene, TOKEN)

    scene.key_secrets.stage(LINK, NEXT)
    call(scene, "createSecret", NEXT)

    assert after == {Label.FAILED}
    assert labels(scene, NEXT) == {Label.FAILED, Label.PENDING}
    assert len(scene.key_maker.made) == 1


def test_a_failure_does_not_touch_a_pair_that_another_rotation_uses_now(scene: Scene) -> None:
    call(scene, "createSecret")
    call(scene, "setSecret")
    ended(scene, "FAILED")
    scene.ledger.take_rotation(LINK, None, Owner(OTHER, "other", scene.clock.now()))

    with pytest.raises(errors.RotationNotDone):
        call(scene, "testSecret")

    assert labels(scene, TOKEN) == {Label.NEW, Label.PENDING}


def test_attaching_the_function_tests_nothing_and_changes_nothing(scene: Scene) -> None:
    assert call(scene, "testSecret") == "NothingToTest"
    assert labels(scene, TOKEN) == {Label.PENDING}


def test_a_secret_whose_rotation_was_cancelled_is_left_alone(scene: Scene) -> None:
    scene.key_secrets.cancelled.add(LINK)

    with pytest.raises(errors.SecretNotRotating):
        call(scene, "createSecret")

    assert labels(scene, TOKEN) == {Label.PENDING}


@pytest.mark.parametrize("secret", ["other/secret", SECRET.replace("dxmacsec/", "elsewhere/")])
def test_somebody_elses_secret_is_refused(scene: Scene, secret: str) -> None:
    event = {"Step": "createSecret", "SecretId": secret, "ClientRequestToken": TOKEN}

    with pytest.raises(errors.BadInput, match=r"^SecretId: "):
        rotate_secret(event, scene.world)


def test_no_error_shows_a_cak(scene: Scene) -> None:
    call(scene, "createSecret")
    call(scene, "setSecret")
    ended(scene, "FAILED")

    with pytest.raises(errors.RotationNotDone) as caught:
        call(scene, "testSecret")

    assert not [cak for cak in scene.key_secrets.caks() if cak in repr(caught.value)]
    assert "RouterOnOldKey" in str(caught.value)
