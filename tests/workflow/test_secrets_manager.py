"""Secrets Manager starts rotations, and tells of what happens to its secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.workflow.conftest import Scene
from tests.workflow.deployed import Deployed
from tests.workflow.secret_stories import ASKED, FAILING, OWN, started_by_label, wait_until, write
from tests.workflow.stories import Stories

pytestmark = pytest.mark.deployed


def happened(deployed: Deployed, link: str) -> list[str]:
    """Return what Secrets Manager told of the rotations of a key secret."""
    arn = described(deployed, link)["ARN"]
    details = [event["detail"] for event in deployed.sandbox.delivery.events("aws.secretsmanager")]
    told = [it for it in details if it.get("additionalEventData", {}).get("SecretId") == arn]
    return [it["eventName"] for it in told]


def described(deployed: Deployed, link: str) -> dict[str, Any]:
    client = deployed.sandbox.client("secretsmanager")
    return dict(client.describe_secret(SecretId=deployed.outputs["KeySecretPrefix"] + link))


def letters_about(scene: Scene, link: str) -> list[str]:
    return [letter["Subject"] for letter in scene.messages.take() if link in letter["Subject"]]


def refusals(scene: Scene) -> list[str]:
    """Return what people were told of versions that are no pair."""
    return [letter["Message"] for letter in scene.messages.take() if letter["Subject"] == f"dxmacsec {OWN}: BadKeyPair"]


def test_a_key_secret_has_its_function_and_no_rotation_of_its_own(deployed: Deployed, stories: Stories) -> None:
    first, _ = stories["asked by Secrets Manager"]

    described_ = described(deployed, ASKED)

    assert first.status == "SUCCEEDED"
    assert described_["RotationEnabled"]
    assert described_["RotationLambdaARN"].endswith(":function:dxmacsec-RotateSecret")
    assert described_["RotationRules"] == {"AutomaticallyAfterDays": 1000}


def test_rotate_secret_ends_with_its_version_on_the_link(deployed: Deployed, stories: Stories) -> None:
    _, asked = stories["asked by Secrets Manager"]

    [key] = deployed.keys(ASKED)
    labels = deployed.labels(ASKED)[asked.id]

    assert asked.status == "SUCCEEDED"
    assert key["ckn"] == deployed.pair(ASKED, "AWSCURRENT")["ckn"]
    assert {"AWSCURRENT", "DxInUse"} < labels
    assert "AWSPENDING" not in labels


def test_rotate_secret_loses_no_second(deployed: Deployed, stories: Stories) -> None:
    stories["asked by Secrets Manager"]

    seconds = deployed.twin.meter.seconds(ASKED)

    assert (seconds.clear, seconds.dropped) == (0, 0)


def test_secrets_manager_sees_its_rotation_succeed(deployed: Deployed, stories: Stories) -> None:
    stories["asked by Secrets Manager"]

    wait_until(lambda: "RotationSucceeded" in happened(deployed, ASKED))

    assert happened(deployed, ASKED)[0] == "RotationStarted"
    assert "LastRotatedDate" in described(deployed, ASKED)


def test_our_own_rotation_starts_nothing_and_tells_only_who_started_one_by_hand(scene: Scene, stories: Stories) -> None:
    stories["asked by Secrets Manager"]
    scene.deployed.sandbox.delivery.drain()

    assert started_by_label(scene.deployed, ASKED) == []
    assert letters_about(scene, ASKED) == [f"dxmacsec {ASKED}: Rotated"]


def test_a_failing_link_is_a_failed_rotation_and_the_second_try_is_clean(deployed: Deployed, stories: Stories) -> None:
    first, failed, again = stories["Secrets Manager fails"]

    tried, used = deployed.record(FAILING, failed), deployed.record(FAILING, again)

    assert [first.status, failed.status, again.status] == ["SUCCEEDED", "FAILED", "SUCCEEDED"]
    assert (failed.error, used["new_ckn"]) == ("RouterOnOldKey", tried["new_ckn"])
    assert used["pair_used_again"]
    assert "AWSCURRENT" in deployed.labels(FAILING)[again.id]
    assert failed.id not in {version for version, labels in deployed.labels(FAILING).items() if labels}
    assert "RotationFailed" in happened(deployed, FAILING)


def test_people_hear_of_a_failing_link_once(scene: Scene, stories: Stories) -> None:
    stories["Secrets Manager fails"]
    scene.deployed.sandbox.delivery.drain()

    by_hand, failed = letters_about(scene, FAILING)
    assert (by_hand, failed) == (f"dxmacsec {FAILING}: Rotated", f"dxmacsec {FAILING}: RouterOnOldKey")


def test_a_pair_written_by_hand_is_on_the_link_afterwards(deployed: Deployed, stories: Stories) -> None:
    _, own = stories["own key"]

    [key] = deployed.keys(OWN)
    pair = deployed.pair(OWN, "AWSCURRENT")

    assert own.status == "SUCCEEDED"
    assert key["ckn"] == pair["ckn"] == deployed.pair(OWN, "DxInUse")["ckn"]
    assert not deployed.record(OWN, own)["pair_used_again"]


def test_people_hear_of_a_version_that_is_no_pair_by_its_field(scene: Scene, stories: Stories) -> None:
    stories["own key"]

    [letter] = [it for it in scene.messages.take() if it["Subject"] == f"dxmacsec {OWN}: BadKeyPair"]

    assert "cak: missing" in letter["Message"]
    assert "heading BadKeyPair" in letter["Message"]
    assert len(started_by_label(scene.deployed, OWN)) == 1


def test_people_hear_of_a_deleted_key_secret_and_what_to_type(scene: Scene, stories: Stories) -> None:
    stories["own key"]

    [letter] = [it for it in scene.messages.take() if it["Subject"] == f"dxmacsec {OWN}: KeySecretDeleted"]

    assert f"aws secretsmanager restore-secret --secret-id {described(scene.deployed, OWN)['ARN']}" in letter["Message"]


def test_people_hear_of_a_deleted_managed_secret_whose_key_is_on_the_link(scene: Scene, stories: Stories) -> None:
    stories["own key"]
    [key] = scene.deployed.keys(OWN)

    [letter] = [it for it in scene.messages.take() if it["Subject"] == f"dxmacsec {OWN}: ManagedSecretDeleted"]

    assert f"aws secretsmanager restore-secret --secret-id '{key['secretARN']}'" in letter["Message"]


def test_an_invalid_version_changes_nothing_on_the_link(scene: Scene, stories: Stories) -> None:
    stories["own key"]
    before, seen = scene.deployed.snapshot(OWN), len(refusals(scene))

    version = write(scene.deployed, OWN, json.dumps({"ckn": "not hexadecimal", "cak": "neither"}))
    wait_until(lambda: len(refusals(scene)) > seen)

    after = scene.deployed.snapshot(OWN)
    assert "ckn: expected 64 hexadecimal digits; cak: expected 64 hexadecimal digits" in refusals(scene)[-1]
    assert scene.deployed.labels(OWN)[version] == {"AWSCURRENT"}
    assert {**after, "labels": None} == {**before, "labels": None}
