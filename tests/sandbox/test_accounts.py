"""Two accounts behind one endpoint: the same stack in both, and neither sees the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.cloud import Account, AccountPlan, Sandbox
from sandbox.cloud.account import ACCOUNT_ID, ORGANISATION
from sandbox.cloud.moto_patches.log_groups import messages
from sandbox.twin import Estate, PortPlan
from sandbox.twin.estates import LOCATIONS
from tests.conftest import OneSandbox
from tests.sandbox.toy.stack import write_assembly
from tests.sandbox.waiting import eventually

OTHER = "222233334444"
LINK = "dxcon-other001"
ESTATE = Estate(LOCATIONS, connections=(PortPlan(LINK, "elsewhere", "EqDC2", mode="must_encrypt", keys=1),))


@pytest.fixture
def two(one_sandbox: OneSandbox, tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """Return a sandbox with the toy stack in two accounts; all tests of this file share it."""

    def make() -> Sandbox:
        assembly = write_assembly(tmp_path_factory.mktemp("two"))
        return Sandbox(assembly=assembly, others=[AccountPlan(OTHER, ESTATE)])

    return one_sandbox.of("two-accounts", make)


@pytest.fixture
def other(two: Sandbox) -> Account:
    """Return the second account."""
    return two.accounts[OTHER]


def _connections(account: Account) -> dict[str, str]:
    listed = account.client("directconnect").describe_connections()["connections"]
    return {each["connectionId"]: each["ownerAccount"] for each in listed}


def test_each_account_has_its_own_links(two: Sandbox, other: Account) -> None:
    here, there = _connections(two), _connections(other)

    assert there == {LINK: OTHER}
    assert set(here.values()) == {ACCOUNT_ID}
    assert LINK not in here


def test_the_same_stack_is_deployed_in_both_with_arns_of_their_own(two: Sandbox, other: Account) -> None:
    here, there = two.outputs["NestedMachine"], other.outputs["NestedMachine"]

    assert f":{ACCOUNT_ID}:" in here
    assert there == here.replace(ACCOUNT_ID, OTHER)
    assert other.client("sts").get_caller_identity()["Account"] == OTHER


def test_what_one_account_keeps_the_other_does_not_have(two: Sandbox, other: Account) -> None:
    secret = other.client("secretsmanager").create_secret(Name="only/there", SecretString="{}")
    names = [each["Name"] for each in two.client("secretsmanager").list_secrets()["SecretList"]]

    managed = other.client("directconnect").describe_connections()["connections"][0]["macSecKeys"][0]["secretARN"]

    assert f":{OTHER}:" in secret["ARN"]
    assert f":{OTHER}:" in managed
    assert "only/there" not in names
    assert not any(OTHER in each["ARN"] for each in two.client("secretsmanager").list_secrets()["SecretList"])
    assert other.client("secretsmanager").describe_secret(SecretId=managed)["OwningService"] == "directconnect"


def test_a_function_calls_and_logs_in_its_own_account(two: Sandbox, other: Account) -> None:
    two.settle()
    before, lines = len(other.journal.calls(account=OTHER)), {each: len(messages(each)) for each in two.accounts}

    answer = other.client("lambda").invoke(FunctionName="toy-caller", Payload=b"{}")

    assert json.loads(answer["Payload"].read()) == {"connections": 1}
    calls = [call for call in other.journal.calls(account=OTHER)[before:] if call.principal != "person"]
    assert {(call.principal, call.action) for call in calls} == {
        (other.outputs["FunctionRole"], "DescribeConnections"),
        (other.outputs["FunctionRole"], "PutItem"),
    }
    kept = other.client("dynamodb").get_item(TableName=other.outputs["Table"], Key={"id": {"S": "from-function"}})
    assert "Item" in kept
    mine = two.client("dynamodb").get_item(TableName=two.outputs["Table"], Key={"id": {"S": "from-function"}})
    assert "Item" not in mine
    assert [len(messages(each)) > lines[each] for each in (ACCOUNT_ID, OTHER)] == [False, True]


def test_an_event_reaches_the_rules_of_its_own_account_only(two: Sandbox, other: Account) -> None:
    other.client("lambda").invoke(FunctionName="toy-announce", Payload=json.dumps({"name": "Eva"}).encode())
    two.settle()

    [event] = other.delivery.events("toy")
    [message] = other.client("sqs").receive_message(QueueUrl=other.outputs["Heard"])["Messages"]
    assert (event["account"], json.loads(message["Body"])["said"]) == (OTHER, "Eva spoke")
    assert two.delivery.events("toy") == []
    assert "Messages" not in two.client("sqs").receive_message(QueueUrl=two.outputs["Heard"])


def test_cloudtrail_tells_a_call_in_the_account_of_its_caller(two: Sandbox, other: Account) -> None:
    other.client("directconnect").update_connection(connectionId=LINK, connectionName="renamed")

    [detail] = [each["detail"] for each in other.events if each["detail"].get("eventName") == "UpdateConnection"]
    assert detail["userIdentity"]["arn"] == f"arn:aws:iam::{OTHER}:user/person"
    assert (detail["recipientAccountId"], detail["userIdentity"]["accountId"]) == (OTHER, OTHER)
    assert not [each for each in two.events if each["detail"].get("eventName") == "UpdateConnection"]


def test_a_machine_and_a_schedule_act_in_their_own_account(other: Account) -> None:
    client = other.client("stepfunctions")
    started = client.start_execution(
        stateMachineArn=other.outputs["IntegrationsMachine"], input=json.dumps({"value": 1, "text": "there"})
    )
    look: Callable[[], Any] = lambda: client.describe_execution(executionArn=started["executionArn"])  # noqa: E731
    ended = eventually(look, lambda seen: seen["status"] != "RUNNING")
    before = len(client.list_executions(stateMachineArn=other.outputs["NestedMachine"])["executions"])

    other.delivery.fire_schedule("toy-daily")

    fired = client.list_executions(stateMachineArn=other.outputs["NestedMachine"])["executions"]
    ends = [each for each in other.delivery.events("aws.states") if each["account"] == OTHER]
    assert f":{OTHER}:" in ended["executionArn"]
    assert {call.account for call in other.journal.calls(principal=other.outputs["MachineRole"])} == {OTHER}
    assert (len(fired), len(ends) > 0) == (before + 1, True)


def test_a_queue_is_polled_in_its_own_account(two: Sandbox, other: Account) -> None:
    other.client("sqs").send_message(QueueUrl=other.outputs["Chores"], MessageBody='{"job": "there"}')
    two.settle()

    assert [event["detail"]["jobs"] for event in other.delivery.events("toy.work")] == [["there"]]
    assert two.delivery.events("toy.work") == []


ASSUMED = "toy-member"
COORDINATOR = "toy-coordinator"


def _role(account: Account, name: str, trust: dict[str, Any], allowed: dict[str, Any] | None = None) -> str:
    """Make a role, or change it, and return its ARN."""
    iam, document = account.client("iam"), json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    try:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    except iam.exceptions.EntityAlreadyExistsException:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=document)
    statement = {"Version": "2012-10-17", "Statement": [allowed or {"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(statement))
    return str(iam.get_role(RoleName=name)["Role"]["Arn"])


def _trust(principal: str, role: str = COORDINATOR) -> dict[str, Any]:
    condition = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT_ID}:role/{role}"}}
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", "Condition": condition}


MAY_ASSUME = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Resource": "arn:aws:iam::*:role/toy-member*",
    "Condition": {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
}
SERVICE = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def _assume(two: Sandbox, role_arn: str, principal: str = COORDINATOR) -> dict[str, str]:
    answer = two.client("sts", principal).assume_role(RoleArn=role_arn, RoleSessionName="turn-1")
    return dict(answer["Credentials"])


def _refusal(two: Sandbox, role_arn: str, principal: str = COORDINATOR) -> str:
    with pytest.raises(ClientError) as refused:
        _assume(two, role_arn, principal)
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    return str(refused.value.response["Error"]["Message"])


def test_a_role_that_is_trusted_acts_in_the_others_account_under_the_roles_name(two: Sandbox, other: Account) -> None:
    _role(two, COORDINATOR, SERVICE, MAY_ASSUME)
    member = _role(other, ASSUMED, _trust(f"arn:aws:iam::{ACCOUNT_ID}:root"))
    given = _assume(two, member)
    session = boto3.session.Session(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name="us-east-1"
    )

    seen = session.client("directconnect", endpoint_url=two.endpoint).describe_connections()["connections"]

    who = session.client("sts", endpoint_url=two.endpoint).get_caller_identity()
    [call] = two.journal.calls(principal=ASSUMED, service="directconnect")
    [asked] = two.journal.calls(principal=COORDINATOR, service="sts")
    assert [each["connectionId"] for each in seen] == [LINK]
    assert (call.account, call.action) == (OTHER, "DescribeConnections")
    assert (asked.account, asked.action, asked.resources) == (ACCOUNT_ID, "AssumeRole", (member,))
    assert (who["Account"], who["Arn"]) == (OTHER, f"arn:aws:sts::{OTHER}:assumed-role/{ASSUMED}/turn-1")


@pytest.mark.parametrize(
    ("trust", "principal"),
    [
        (_trust(ACCOUNT_ID, "another-role"), COORDINATOR),
        (_trust("999900001111"), COORDINATOR),
        (SERVICE, COORDINATOR),
        (_trust(ACCOUNT_ID), "toy-stranger"),
        (_trust(ACCOUNT_ID), "person"),
    ],
)
def test_a_role_refuses_whom_it_does_not_trust(
    two: Sandbox, other: Account, trust: dict[str, Any], principal: str
) -> None:
    _role(two, COORDINATOR, SERVICE, MAY_ASSUME)
    _role(two, "toy-stranger", SERVICE, MAY_ASSUME)
    member = _role(other, "toy-member-wary", trust)

    assert f"is not authorized to perform: sts:AssumeRole on resource: {member}" in _refusal(two, member, principal)


def test_trust_alone_is_not_enough_across_accounts(two: Sandbox, other: Account) -> None:
    member = _role(other, "toy-member-trusting", _trust(ACCOUNT_ID))

    for allowed in (
        None,
        {**MAY_ASSUME, "Resource": "arn:aws:iam::*:role/toy-elsewhere"},
        {**MAY_ASSUME, "Condition": {"StringEquals": {"aws:ResourceOrgID": f"{ORGANISATION}-not"}}},
        {**MAY_ASSUME, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
    ):
        _role(two, COORDINATOR, SERVICE, allowed)
        _refusal(two, member)
    _role(two, COORDINATOR, SERVICE, MAY_ASSUME)
    assert _assume(two, member)["AccessKeyId"]


def test_a_role_that_is_not_there_is_refused_as_one_that_does_not_trust(two: Sandbox) -> None:
    _role(two, COORDINATOR, SERVICE, MAY_ASSUME)

    _refusal(two, f"arn:aws:iam::{OTHER}:role/toy-member-of-nobody")
    _refusal(two, "arn:aws:iam::555566667777:role/toy-member")


def test_a_person_may_assume_a_role_of_the_own_account_that_trusts_the_account(two: Sandbox) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"}, "Action": "sts:AssumeRole"}

    assert _assume(two, _role(two, "toy-for-people", trust), "person")["AccessKeyId"]
