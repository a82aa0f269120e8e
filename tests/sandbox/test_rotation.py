"""RotateSecret keeps Secrets Manager's contract with a rotation function."""

from __future__ import annotations

import uuid

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


def test_the_function_gets_four_steps_with_the_arn_and_the_token(sandbox: Sandbox) -> None:
    arn, token = _secret(sandbox, "toy/rotated"), str(uuid.uuid4())

    sandbox.client("secretsmanager").rotate_secret(
        SecretId="toy/rotated", ClientRequestToken=token, RotationLambdaARN=FUNCTION
    )

    steps, secret = _steps(sandbox, token, 4)
    assert steps == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    assert secret == arn


def test_a_failed_step_ends_the_rotation_and_the_next_one_is_refused(sandbox: Sandbox) -> None:
    client, token = sandbox.client("secretsmanager"), str(uuid.uuid4())
    arn = _secret(sandbox, "toy/failing")
    client.rotate_secret(SecretId=arn, ClientRequestToken=token, RotationLambdaARN=FUNCTION)
    steps, _ = _steps(sandbox, token, 3)

    with pytest.raises(client.exceptions.InvalidRequestException, match="previous rotation"):
        client.rotate_secret(SecretId=arn)

    assert steps[-1] == "testSecret"
    assert client.describe_secret(SecretId=arn)["VersionIdsToStages"][token] == ["AWSPENDING"]


def test_a_schedule_is_set_without_a_first_rotation_if_the_template_says_so(sandbox: Sandbox) -> None:
    described = sandbox.client("secretsmanager").describe_secret(SecretId=sandbox.outputs["Secret"])

    assert described["RotationEnabled"]
    assert described["RotationLambdaARN"] == FUNCTION
    assert described["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert all("AWSPENDING" not in labels for labels in described["VersionIdsToStages"].values())
