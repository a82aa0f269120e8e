"""ListSecrets answers as on AWS, for the account's secrets and for those that Direct Connect manages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.cloud import Sandbox

NAMES = [f"listed/{number}" for number in range(3)]


@pytest.fixture
def _listed(sandbox: Sandbox) -> Iterator[None]:
    client = sandbox.client("secretsmanager")
    for name in NAMES:
        client.create_secret(Name=name, SecretString="{}")
    yield
    for name in NAMES:
        client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def _list(sandbox: Sandbox, key: str, value: str, **parameters: object) -> list[dict[str, Any]]:
    filters = [{"Key": key, "Values": [value]}]
    return list(sandbox.client("secretsmanager").list_secrets(Filters=filters, **parameters)["SecretList"])


@pytest.mark.usefixtures("_listed")
def test_a_name_is_matched_by_its_beginning(sandbox: Sandbox) -> None:
    assert [it["Name"] for it in _list(sandbox, "name", "listed/")] == NAMES
    assert _list(sandbox, "name", "LISTED/") == []
    assert _list(sandbox, "name", "isted/") == []


@pytest.mark.usefixtures("_listed")
def test_pages_follow_each_other_until_the_last(sandbox: Sandbox) -> None:
    paginator = sandbox.client("secretsmanager").get_paginator("list_secrets")
    filters = [{"Key": "name", "Values": ["listed/"]}]

    pages = list(paginator.paginate(Filters=filters, PaginationConfig={"PageSize": 2}))

    assert [[it["Name"] for it in page["SecretList"]] for page in pages] == [NAMES[:2], NAMES[2:]]
    assert "NextToken" not in pages[-1]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        pytest.param({"MaxResults": 101}, "ValidationException", id="size"),
        pytest.param({"NextToken": "elsewhere"}, "InvalidNextTokenException", id="token"),
    ],
)
def test_a_page_that_can_not_be_is_refused(sandbox: Sandbox, wrong: dict[str, Any], code: str) -> None:
    client = sandbox.client("secretsmanager")

    with pytest.raises(client.exceptions.ClientError, match=code):
        client.list_secrets(**wrong)


@pytest.mark.usefixtures("_listed")
def test_labelled_versions_are_listed_and_others_are_not(sandbox: Sandbox) -> None:
    client, name, versions = sandbox.client("secretsmanager"), NAMES[0], [str(uuid.uuid4()) for _ in range(2)]
    for version in versions:
        client.put_secret_value(
            SecretId=name, SecretString="{}", ClientRequestToken=version, VersionStages=["DxNew", "AWSPENDING"]
        )
    client.update_secret_version_stage(SecretId=name, VersionStage="DxNew", RemoveFromVersionId=versions[1])
    client.update_secret_version_stage(SecretId=name, VersionStage="AWSPENDING", RemoveFromVersionId=versions[1])

    [listed] = _list(sandbox, "name", name)

    assert list(listed["SecretVersionsToStages"].values()) == [["AWSCURRENT"]]
    assert client.describe_secret(SecretId=name)["VersionIdsToStages"] == listed["SecretVersionsToStages"]


@pytest.mark.usefixtures("_listed")
def test_a_secret_scheduled_for_deletion_is_listed_only_if_asked_for(sandbox: Sandbox) -> None:
    client = sandbox.client("secretsmanager")
    client.delete_secret(SecretId=NAMES[1], RecoveryWindowInDays=7)

    shown, planned = _list(sandbox, "name", "listed/"), _list(sandbox, "name", "listed/", IncludePlannedDeletion=True)

    assert [it["Name"] for it in shown] == [NAMES[0], NAMES[2]]
    assert ["DeletedDate" in it for it in planned] == [False, True, False]


def test_managed_secrets_are_listed_by_who_owns_them(sandbox: Sandbox) -> None:
    connection = sandbox.client("directconnect").describe_connections(connectionId="dxcon-fg5678gh")
    arn = connection["connections"][0]["macSecKeys"][0]["secretARN"]
    sandbox.client("secretsmanager").delete_secret(SecretId=arn)

    owned = _list(sandbox, "owning-service", "directconnect", IncludePlannedDeletion=True)
    kept = _list(sandbox, "owning-service", "directconnect")

    sandbox.client("secretsmanager").restore_secret(SecretId=arn)
    [managed] = [it for it in owned if it["ARN"] == arn]
    assert {it["OwningService"] for it in owned} == {"directconnect"}
    assert list(managed["SecretVersionsToStages"].values()) == [["AWSCURRENT"]]
    assert managed["DeletedDate"]
    assert arn not in {it["ARN"] for it in kept}
    assert _list(sandbox, "owning-service", "connect") == []
