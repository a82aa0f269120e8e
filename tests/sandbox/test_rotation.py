"""RotateSecret keeps Secrets Manager's contract with a rotation function."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from tests.sandbox.waiting import eventually

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:toy-rotate"


def _secret(sandbox: Sandbox, name: str) -> str:
    return str(sandbox.client("secretsmanager").create_secret(Name=name, SecretString="{}")["ARN"])


def _steps(sandbox: Sandbox, token: str, count: int) -> tuple[list[str], str]:
    client, key = sandbox.client("dynamodb"), {"id": {"S": token}}
    item = eventually(
        lambda: client.get_item(TableName=sandbox.outputs["Table"], Key=key).get("Item", {}),
        lambda seen: len(seen.get("steps", {}).get("L", [])) == count,
    )
    return [step["S"] for step in item["steps"]["L"]], item["secret"]["S"]


def _told(sandbox: Sandbox, arn: str) -> list[dict[str, Any]]:
    details = [event["detail"] for event in sandbox.delivery.events("aws.secretsmanager")]
    return [it for it in details if (it.get("additionalEventData") or {}).get("SecretId") == arn]


def test_the_function_gets_four_steps_with_the_arn_and_the_token(sandbox: Sandbox) -> None:
    arn, token = _secret(sandbox, "toy/rotated"), str(uuid.uuid4())

    sandbox.client("secretsmanager").rotate_secret(
        SecretId="toy/rotated", ClientRequestToken=token, RotationLambdaARN=FUNCTION
    )

    steps, secret = _steps(sandbox, token, 4)
    assert steps == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    assert secret == arn


def test_a_failed_rotation_is_repeated_from_its_first_step_and_the_next_one_is_refused(sandbox: Sandbox) -> None:
    client, token = sandbox.client("secretsmanager"), str(uuid.uuid4())
    arn = _secret(sandbox, "toy/failing")
    client.rotate_secret(SecretId=arn, ClientRequestToken=token, RotationLambdaARN=FUNCTION)
    steps, _ = _steps(sandbox, token, 6)

    with pytest.raises(client.exceptions.InvalidRequestException, match="previous rotation"):
        client.rotate_secret(SecretId=arn)

    assert steps == ["createSecret", "setSecret", "testSecret"] * 2
    assert client.describe_secret(SecretId=arn)["VersionIdsToStages"][token] == ["AWSPENDING"]


def test_the_bus_hears_how_a_rotation_goes(sandbox: Sandbox) -> None:
    arn = _secret(sandbox, "toy/heard-failing")

    sandbox.client("secretsmanager").rotate_secret(SecretId=arn, RotationLambdaARN=FUNCTION)

    told = eventually(lambda: _told(sandbox, arn), lambda seen: len(seen) == 2)
    assert [it["eventName"] for it in told] == ["RotationStarted", "RotationFailed"]
    assert told[1]["errorMessage"].endswith("during testSecret step")
    assert told[1]["requestParameters"] is None


def test_the_same_token_again_is_the_same_rotation(sandbox: Sandbox) -> None:
    client, token, arn = sandbox.client("secretsmanager"), str(uuid.uuid4()), _secret(sandbox, "toy/twice")

    for _ in range(2):
        client.rotate_secret(SecretId=arn, ClientRequestToken=token, RotationLambdaARN=FUNCTION)

    told = eventually(lambda: _told(sandbox, arn), lambda seen: len(seen) >= 2)
    assert [it["eventName"] for it in told].count("RotationStarted") == 1
    assert "LastRotatedDate" in client.describe_secret(SecretId=arn)


def test_a_rotation_is_abandoned_when_somebody_writes_a_version(sandbox: Sandbox) -> None:
    client, token, arn = sandbox.client("secretsmanager"), str(uuid.uuid4()), _secret(sandbox, "toy/left-failing")
    client.rotate_secret(SecretId=arn, ClientRequestToken=token, RotationLambdaARN=FUNCTION)
    _steps(sandbox, token, 3)

    client.put_secret_value(SecretId=arn, SecretString="{}")

    told = eventually(lambda: _told(sandbox, arn), lambda seen: seen[-1]["eventName"] == "RotationAbandoned")
    assert "RotationSucceeded" not in [it["eventName"] for it in told]
    assert (
        token not in client.describe_secret(SecretId=arn)["VersionIdsToStages"]
        or not (client.describe_secret(SecretId=arn)["VersionIdsToStages"][token])
    )


def test_a_configuration_is_tried_with_an_empty_version_that_goes_away(sandbox: Sandbox) -> None:
    client, token, arn = sandbox.client("secretsmanager"), str(uuid.uuid4()), _secret(sandbox, "toy/configured")

    client.rotate_secret(SecretId=arn, ClientRequestToken=token, RotationLambdaARN=FUNCTION, RotateImmediately=False)

    steps, _ = _steps(sandbox, token, 1)
    labels = eventually(lambda: client.describe_secret(SecretId=arn)["VersionIdsToStages"], lambda it: token not in it)
    assert steps == ["testSecret"]
    assert list(labels.values()) == [["AWSCURRENT"]]
    assert _told(sandbox, arn) == []


def test_a_function_that_secrets_manager_may_not_call_is_refused(sandbox: Sandbox) -> None:
    client, arn = sandbox.client("secretsmanager"), _secret(sandbox, "toy/closed")

    with pytest.raises(client.exceptions.ClientError, match="cannot invoke"):
        client.rotate_secret(SecretId=arn, RotationLambdaARN=FUNCTION.replace("toy-rotate", "toy-echo"))

    assert "RotationEnabled" not in client.describe_secret(SecretId=arn)


def test_a_deletion_is_on_the_bus_as_cloudtrail_has_it(sandbox: Sandbox) -> None:
    arn = _secret(sandbox, "toy/deleted")

    sandbox.client("secretsmanager").delete_secret(SecretId="toy/deleted", RecoveryWindowInDays=7)

    details = [event["detail"] for event in sandbox.delivery.events("aws.secretsmanager")]
    [told] = [it for it in details if (it.get("responseElements") or {}).get("arn") == arn]
    assert told["eventName"] == "DeleteSecret"
    assert told["requestParameters"] == {"secretId": "toy/deleted", "recoveryWindowInDays": 7}


def test_a_schedule_is_set_without_a_first_rotation_if_the_template_says_so(sandbox: Sandbox) -> None:
    described = sandbox.client("secretsmanager").describe_secret(SecretId=sandbox.outputs["Secret"])

    assert described["RotationEnabled"]
    assert described["RotationLambdaARN"] == FUNCTION
    assert described["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert all("AWSPENDING" not in labels for labels in described["VersionIdsToStages"].values())
