"""The twin answers on the wire as Direct Connect does."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import HTTPErrorProcessor, Request, build_opener

import pytest
from botocore.exceptions import ClientError

from sandbox.cloud import Sandbox
from sandbox.cloud.vocabulary import Json


class _EveryStatus(HTTPErrorProcessor):
    """Lets an error status through as an ordinary answer."""

    def http_response(self, _request: Json, response: Json) -> Json:
        return response


def _post(sandbox: Sandbox, operation: str, body: bytes) -> tuple[int, dict[str, Any], Any]:
    headers = {"X-Amz-Target": f"OvertureService.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    request = Request(sandbox.endpoint, data=body, headers=headers)  # noqa: S310 - the sandbox's own URL
    with build_opener(_EveryStatus).open(request) as answer:
        return answer.status, json.loads(answer.read()), answer.headers


def test_boto3_reads_connections_from_the_twin(sandbox: Sandbox) -> None:
    connections = sandbox.client("directconnect").describe_connections()["connections"]

    found = {each["connectionId"]: each for each in connections}
    assert found["dxcon-fg5678gh"]["encryptionMode"] == "must_encrypt"
    assert found["dxcon-fg5678gh"]["portEncryptionStatus"] == "Encryption Up"


def test_an_error_reaches_boto3_with_code_and_words(sandbox: Sandbox) -> None:
    with pytest.raises(ClientError) as raised:
        sandbox.client("directconnect").describe_connections(connectionId="dxcon-ffffffff")

    error = raised.value.response["Error"]
    assert error["Code"] == "DirectConnectClientException"
    assert "dxcon-ffffffff" in error["Message"]


def test_speaks_aws_json_with_moments_as_numbers(sandbox: Sandbox) -> None:
    status, document, headers = _post(sandbox, "DescribeInterconnects", b"{}")

    assert status == 200
    assert headers["Content-Type"] == "application/x-amz-json-1.1"
    assert headers["x-amzn-RequestId"]
    assert document["interconnects"][0]["interconnectId"].startswith("dxcon-")


def test_an_error_on_the_wire_names_its_type(sandbox: Sandbox) -> None:
    status, document, _ = _post(sandbox, "DescribeConnections", b'{"connectionId": "dxcon-ffffffff"}')

    assert status == 400
    assert document["__type"] == "DirectConnectClientException"


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("DescribeUniverse", b"{}", "UnknownOperationException"),
        ("DescribeConnections", b"{", "SerializationException"),
        ("AssociateMacSecKey", b"{}", "ValidationException"),
    ],
)
def test_a_request_that_is_no_request_is_refused(sandbox: Sandbox, operation: str, body: bytes, code: str) -> None:
    status, document, _ = _post(sandbox, operation, body)

    assert (status, document["__type"]) == (400, code)


def test_a_wrong_parameter_is_named_without_its_value(sandbox: Sandbox) -> None:
    _, document, _ = _post(sandbox, "AssociateMacSecKey", b'{"connectionId": "dxcon-fg5678gh", "cak": 5555}')

    assert "cak" in document["message"]
    assert "5555" not in document["message"]


def test_a_managed_secret_is_seen_in_secrets_manager(sandbox: Sandbox) -> None:
    connection = sandbox.client("directconnect").describe_connections(connectionId="dxcon-fg5678gh")
    key = connection["connections"][0]["macSecKeys"][0]

    secret = sandbox.client("secretsmanager").describe_secret(SecretId=key["secretARN"])

    assert secret["Name"] == f"directconnect!prod/us-east-1/directconnect/{key['ckn']}"
    assert secret["OwningService"] == "directconnect"


def test_a_managed_secret_scheduled_for_deletion_can_not_bring_its_key_back(sandbox: Sandbox) -> None:
    direct_connect, secrets = sandbox.client("directconnect"), sandbox.client("secretsmanager")
    pair = {"connectionId": "dxcon-ffw7x8y9", "ckn": "cd" * 32}
    keys = direct_connect.associate_mac_sec_key(**pair, cak="ef" * 32)["macSecKeys"]
    arn = next(key["secretARN"] for key in keys if key["ckn"] == pair["ckn"])
    secrets.delete_secret(SecretId=arn)

    shown = secrets.describe_secret(SecretId=arn)

    assert shown["DeletedDate"]
    assert sandbox.twin.links()
    secrets.restore_secret(SecretId=arn)
    assert "DeletedDate" not in secrets.describe_secret(SecretId=arn)
