"""Secrets Manager's labels move as on AWS, and tell of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import pytest

from sandbox.cloud import Sandbox


@pytest.fixture
def secret(sandbox: Sandbox) -> Iterator[str]:
    """Return the name of a secret with one version."""
    client, name = sandbox.client("secretsmanager"), f"toy/{uuid.uuid4().hex}"
    client.create_secret(Name=name, SecretString="{}", ClientRequestToken=_version(1))
    yield name
    client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def _version(number: int) -> str:
    return str(uuid.UUID(int=number))


def _labels(sandbox: Sandbox, name: str) -> dict[str, list[str]]:
    labels = sandbox.client("secretsmanager").describe_secret(SecretId=name)["VersionIdsToStages"]
    return {version: sorted(stages) for version, stages in labels.items()}


def _put(sandbox: Sandbox, name: str, number: int, *labels: str) -> None:
    sandbox.client("secretsmanager").put_secret_value(
        SecretId=name,
        SecretString=json.dumps({"number": number}),
        ClientRequestToken=_version(number),
        VersionStages=list(labels),
    )


def test_a_version_may_wait_under_labels_of_its_own(sandbox: Sandbox, secret: str) -> None:
    _put(sandbox, secret, 2, "DxNew", "AWSPENDING")

    assert _labels(sandbox, secret) == {_version(1): ["AWSCURRENT"], _version(2): ["AWSPENDING", "DxNew"]}


def test_moving_awscurrent_keeps_the_other_labels(sandbox: Sandbox, secret: str) -> None:
    client = sandbox.client("secretsmanager")
    client.update_secret_version_stage(SecretId=secret, VersionStage="DxInUse", MoveToVersionId=_version(1))

    _put(sandbox, secret, 2, "AWSCURRENT")

    assert _labels(sandbox, secret) == {_version(1): ["AWSPREVIOUS", "DxInUse"], _version(2): ["AWSCURRENT"]}


def test_the_value_follows_awscurrent(sandbox: Sandbox, secret: str) -> None:
    client = sandbox.client("secretsmanager")
    _put(sandbox, secret, 2, "DxNew")

    client.update_secret_version_stage(
        SecretId=secret,
        VersionStage="AWSCURRENT",
        RemoveFromVersionId=_version(1),
        MoveToVersionId=_version(2),
    )

    assert client.get_secret_value(SecretId=secret)["VersionId"] == _version(2)
    assert _labels(sandbox, secret)[_version(1)] == ["AWSPREVIOUS"]


def test_a_label_is_not_moved_unless_its_version_is_named(sandbox: Sandbox, secret: str) -> None:
    client = sandbox.client("secretsmanager")
    _put(sandbox, secret, 2, "DxNew")

    with pytest.raises(client.exceptions.InvalidParameterException, match="RemoveFromVersionId"):
        client.update_secret_version_stage(SecretId=secret, VersionStage="DxNew", MoveToVersionId=_version(1))


def test_attaching_a_label_twice_changes_nothing(sandbox: Sandbox, secret: str) -> None:
    client = sandbox.client("secretsmanager")
    for _ in range(2):
        client.update_secret_version_stage(SecretId=secret, VersionStage="DxInUse", MoveToVersionId=_version(1))

    assert _labels(sandbox, secret) == {_version(1): ["AWSCURRENT", "DxInUse"]}


def test_the_bus_hears_of_every_label_but_pending_and_previous(sandbox: Sandbox, secret: str) -> None:
    _put(sandbox, secret, 2, "DxNew", "AWSPENDING")
    _put(sandbox, secret, 3, "AWSCURRENT")

    events = [it for it in sandbox.delivery.events("aws.secretsmanager") if it["detail"].get("name") == secret]

    moved = [(it["detail"]["labelUpdated"], it["detail"]["versionId"]) for it in events]
    assert moved == [("AWSCURRENT", _version(1)), ("DxNew", _version(2)), ("AWSCURRENT", _version(3))]
    assert events[0]["detail-type"] == "Secret Label Updated"
