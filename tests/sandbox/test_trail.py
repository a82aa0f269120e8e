"""CloudTrail's records say who called, as what, and with which program."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud import Sandbox
from sandbox.cloud.caller import Caller
from sandbox.cloud.cloudtrail import api_call, user_identity

ACCOUNT = "123456789012"


def _last(sandbox: Sandbox, name: str) -> dict[str, Any]:
    found = [event["detail"] for event in sandbox.events if event["detail"].get("eventName") == name]
    return dict(found[-1])


def test_a_function_is_its_role_in_a_session_of_its_own_name(sandbox: Sandbox) -> None:
    role = sandbox.outputs["FunctionRole"]
    sandbox.client("lambda").invoke(FunctionName="toy-caller", Payload=b"{}")

    identity = _last(sandbox, "DescribeConnections")["userIdentity"]

    issuer = identity["sessionContext"]["sessionIssuer"]
    assert identity["type"] == "AssumedRole"
    assert identity["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/toy-caller"
    assert identity["principalId"] == f"{issuer['principalId']}:toy-caller"
    assert issuer["principalId"].startswith("AROA")
    assert (issuer["type"], issuer["userName"], issuer["accountId"]) == ("Role", role, ACCOUNT)
    assert issuer["arn"] == f"arn:aws:iam::{ACCOUNT}:role/{role}"


def test_two_functions_of_one_role_are_told_apart_by_their_sessions(sandbox: Sandbox) -> None:
    role = sandbox.outputs["FunctionRole"]

    arns = {user_identity(Caller(role, session))["arn"] for session in ("toy-caller", "toy-echo")}
    ids = {user_identity(Caller(role, session))["principalId"].split(":")[0] for session in ("toy-caller", "toy-echo")}

    assert (len(arns), len(ids)) == (2, 1)


def test_a_person_is_an_iam_user_with_a_program(sandbox: Sandbox) -> None:
    sandbox.client("directconnect", "user/ana").update_connection(connectionId="dxcon-fg5678gh", connectionName="x")

    detail = _last(sandbox, "UpdateConnection")

    assert detail["userIdentity"] == {
        "type": "IAMUser",
        "principalId": detail["userIdentity"]["principalId"],
        "arn": f"arn:aws:iam::{ACCOUNT}:user/ana",
        "accountId": ACCOUNT,
        "userName": "ana",
    }
    assert detail["userAgent"].startswith("Boto3/")
    assert (detail["readOnly"], detail["managementEvent"], detail["eventType"]) == (False, True, "AwsApiCall")
    assert detail["recipientAccountId"] == ACCOUNT
    assert detail["eventID"]


def test_a_call_without_known_credentials_is_the_person(sandbox: Sandbox) -> None:
    sandbox.client("directconnect").describe_lags()

    detail = _last(sandbox, "DescribeLags")

    assert detail["userIdentity"]["userName"] == "person"
    assert detail["readOnly"] is True
    assert detail["responseElements"] is None


def test_what_aws_does_by_itself_is_done_by_a_service() -> None:
    identity = user_identity("directconnect.amazonaws.com")

    assert identity == {"type": "AWSService", "invokedBy": "directconnect.amazonaws.com"}


def test_every_record_is_plain_json() -> None:
    detail = api_call("toy.amazonaws.com", "DeleteToy", Caller("role", "session", "agent"), datetime.now(UTC))

    assert json.loads(json.dumps(detail)) == detail
    assert detail["userAgent"] == "agent"


def test_deleting_and_restoring_a_secret_say_who_did_it(sandbox: Sandbox) -> None:
    client = sandbox.client("secretsmanager", "user/ana")
    arn = client.create_secret(Name="toy/restored", SecretString="{}")["ARN"]

    client.delete_secret(SecretId="toy/restored", RecoveryWindowInDays=7)
    client.restore_secret(SecretId=arn)

    deleted, restored = _last(sandbox, "DeleteSecret"), _last(sandbox, "RestoreSecret")
    assert deleted["requestParameters"] == {"secretId": "toy/restored", "recoveryWindowInDays": 7}
    assert restored["requestParameters"] == {"secretId": arn}
    assert [it["responseElements"]["arn"] for it in (deleted, restored)] == [arn, arn]
    assert [it["userIdentity"]["userName"] for it in (deleted, restored)] == ["ana", "ana"]
    assert deleted["responseElements"]["deletionDate"].endswith(("AM", "PM"))


def test_a_managed_secret_deleted_by_a_role_is_told_with_the_role(sandbox: Sandbox) -> None:
    client = sandbox.client("directconnect")
    arn = client.describe_connections(connectionId="dxcon-fg5678gh")["connections"][0]["macSecKeys"][0]["secretARN"]

    sandbox.client("secretsmanager", "some-role").delete_secret(SecretId=arn)
    sandbox.client("secretsmanager", "some-role").restore_secret(SecretId=arn)

    detail = _last(sandbox, "DeleteSecret")
    assert detail["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"] == "some-role"
    assert detail["responseElements"]["arn"] == arn
