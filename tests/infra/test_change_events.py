"""What reaches HearChange, what doesn't, and how the queue hands it over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk.assertions import Match, Template

from infra.asset import ROOT
from tests.infra.patterns import logical_id, targets_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Properties = Callable[[str], dict[str, dict[str, Any]]]

KEY_SECRET = "dxmacsec/dxcon-fg5678gh"  # noqa: S105  a name, not a secret
KEY_SECRET_ARN = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{KEY_SECRET}-a1b2c3"
OTHER_SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:directconnect!prod/x-d4e5f6"  # noqa: S105
CALLS = [
    *("CreateConnection", "CreateLag", "CreateInterconnect", "UpdateConnection", "UpdateLag", "AssociateMacSecKey"),
    *("DisassociateMacSecKey", "AssociateConnectionWithLag", "DisassociateConnectionFromLag"),
    *("AllocateHostedConnection", "AllocateConnectionOnInterconnect", "AssociateHostedConnection"),
    *("ConfirmConnection", "DeleteConnection", "DeleteLag", "DeleteInterconnect", "TagResource", "UntagResource"),
]

# What is sent over the bus; the other samples are inputs of machines and functions.
SAMPLES: dict[str, dict[str, Any]] = {
    path.stem: event
    for path in sorted((ROOT / "events").glob("*.json"))
    if "detail-type" in (event := json.loads(path.read_text()))
}
FOR_ANOTHER = {
    "health_maintenance_scheduled": "NoteHealth",
    "key_secret_deleted": "HearSecretTrouble",
    "secret_label_updated": "HearLabel",
    "step_functions_aborted": "RecoverLink",
    "secret_rotation_abandoned": "HearSecretTrouble",
    "secret_rotation_failed": "HearSecretTrouble",
}


def reached(event: dict[str, Any], properties: Properties) -> set[str]:
    """What an event reaches, in the words of the permission table."""
    words = {"ChangesQueue": "HearChange", "FunctionsHearSecretTrouble": "HearSecretTrouble"}
    words |= {"FunctionsHearLabel": "HearLabel", "FunctionsNoteHealth": "NoteHealth"}
    words |= {"MachinesRecoverLink": "RecoverLink"}
    return {words[target[:-8]] for target in targets_of(event, properties("AWS::Events::Rule"))}


def call(source: str, name: str, **more: object) -> dict[str, Any]:
    """A call as CloudTrail tells it."""
    detail = {"eventSource": f"{source}.amazonaws.com", "eventName": name, **more}
    return {"source": f"aws.{source}", "detail-type": "AWS API Call via CloudTrail", "detail": detail}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_can_change_a_links_encryption_is_heard(properties: Properties, name: str) -> None:
    assert reached(call("directconnect", name), properties) == {"HearChange"}


@pytest.mark.parametrize("name", ["DescribeConnections", "CreateVirtualInterface", "StartBgpFailoverTest"])
def test_a_call_that_changes_no_encryption_is_not_heard(properties: Properties, name: str) -> None:
    assert reached(call("directconnect", name), properties) == set()


def test_a_call_of_the_same_name_at_another_service_is_not_heard(properties: Properties) -> None:
    assert reached(call("networkmanager", "TagResource"), properties) == set()


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        ("MACsec Enforcement Ended", {"HearChange"}),
        ("MACsec Rotation Ended", {"HearChange"}),
        ("MACsec Link Freed", {"HearChange"}),
        # What HearChange itself puts on the bus: hearing it would be a loop.
        ("MACsec Compliance Changed", set()),
        ("MACsec Fleet Run Ended", set()),
    ],
)
def test_of_our_own_events_only_ends_and_freed_locks_are_heard(
    properties: Properties, kind: str, heard: set[str]
) -> None:
    assert reached({"source": "dxmacsec", "detail-type": kind, "detail": {"link": "x"}}, properties) == heard
    assert reached({"source": "another.app", "detail-type": kind, "detail": {"link": "x"}}, properties) == set()


@pytest.mark.parametrize(
    ("asked", "answered", "heard"),
    [
        pytest.param({"secretId": KEY_SECRET}, None, {"HearSecretTrouble"}, id="a key secret by name, refused"),
        pytest.param(
            {"secretId": KEY_SECRET_ARN}, {"arn": KEY_SECRET_ARN}, {"HearSecretTrouble"}, id="a key secret by ARN"
        ),
        pytest.param(None, {"arn": KEY_SECRET_ARN}, {"HearSecretTrouble"}, id="a key secret in the answer alone"),
        pytest.param({"secretId": OTHER_SECRET_ARN}, {"arn": OTHER_SECRET_ARN}, {"HearChange"}, id="another by ARN"),
        pytest.param({"secretId": "directconnect!prod/x"}, None, {"HearChange"}, id="another by name, refused"),
        pytest.param(None, {"arn": OTHER_SECRET_ARN}, {"HearChange"}, id="another in the answer alone"),
        pytest.param({"secretId": "old-dxmacsec/x"}, {}, {"HearChange"}, id="one with our prefix in the middle"),
        pytest.param(None, None, set(), id="nobody knows which"),
    ],
)
def test_a_deleted_secret_is_heard_by_one_of_two(
    properties: Properties, asked: object, answered: object, heard: set[str]
) -> None:
    event = call("secretsmanager", "DeleteSecret", requestParameters=asked, responseElements=answered)

    assert reached(event, properties) == heard
    assert reached({**event, "detail-type": "AWS Service Event via CloudTrail"}, properties) == heard


@pytest.mark.parametrize(("secret", "heard"), [(OTHER_SECRET_ARN, {"HearChange"}), (KEY_SECRET, set())])
def test_of_restored_secrets_only_those_of_others_matter(properties: Properties, secret: str, heard: set[str]) -> None:
    event = call("secretsmanager", "RestoreSecret", requestParameters={"secretId": secret}, responseElements=None)

    assert reached(event, properties) == heard


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_event_reaches_the_one_function_that_it_is_for(properties: Properties, name: str) -> None:
    assert reached(SAMPLES[name], properties) == {FOR_ANOTHER.get(name, "HearChange")}


def test_the_samples_are_of_every_kind() -> None:
    assert set(FOR_ANOTHER) < set(SAMPLES)
    assert {event["source"] for event in SAMPLES.values()} == {
        *("aws.directconnect", "aws.health", "aws.secretsmanager", "aws.states"),
        "dxmacsec",
    }


def test_a_batch_is_large_and_few_run_side_by_side(defaults: Template, sandboxed: Template) -> None:
    mapping = {
        "BatchSize": 1000,
        "EventSourceArn": {"Fn::GetAtt": [Match.string_like_regexp("ChangesQueue"), "Arn"]},
        "FunctionName": {"Ref": Match.string_like_regexp("FunctionsHearChange")},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 2},
    }

    defaults.resource_count_is("AWS::Lambda::EventSourceMapping", 1)
    defaults.has_resource_properties(
        "AWS::Lambda::EventSourceMapping", {**mapping, "MaximumBatchingWindowInSeconds": 5}
    )
    sandboxed.has_resource_properties(
        "AWS::Lambda::EventSourceMapping", {**mapping, "MaximumBatchingWindowInSeconds": 1}
    )


def test_a_change_is_hidden_for_six_calls_and_given_up_after_five_tries(properties: Properties) -> None:
    [function] = [it for it in properties("AWS::Lambda::Function").values() if "hear_change" in it["Handler"]]
    queues = properties("AWS::SQS::Queue")
    [(name, queue)] = [(name, it) for name, it in queues.items() if name.startswith("ChangesQueue")]

    dead_letters = queues[queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]

    assert queue["VisibilityTimeout"] == 6 * function["Timeout"] + 5
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert queue["SqsManagedSseEnabled"] is True
    assert dead_letters["SqsManagedSseEnabled"] is True
    assert dead_letters["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert name in json.dumps(properties("AWS::SQS::QueuePolicy"))


def test_every_rule_keeps_what_it_could_not_deliver_and_may_reach_both_queues(properties: Properties) -> None:
    rules = properties("AWS::Events::Rule")
    sent = [
        (condition["aws:SourceArn"]["Fn::GetAtt"][0], statement["Resource"]["Fn::GetAtt"][0])
        for policy in properties("AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement.get("Principal") == {"Service": "events.amazonaws.com"}
        and (condition := statement["Condition"]["ArnEquals"])
    ]

    needed = []
    for name, rule in rules.items():
        [target] = rule["Targets"]
        queues = [target["Arn"], target["DeadLetterConfig"]["Arn"]]
        needed += [(name, logical_id(it)) for it in queues if logical_id(it) in properties("AWS::SQS::Queue")]

    assert {queue for _, queue in needed if queue.startswith("TriggersDeadLetters")}
    assert all(rule["Targets"][0]["DeadLetterConfig"] for rule in rules.values())
    assert sorted(sent) == sorted(needed)
