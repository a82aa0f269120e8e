"""What reaches HearChange, what doesn't, and how the queue hands it over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk.assertions import Match, Template

from dxmacsec.compliance import PromptKind
from dxmacsec.policy.change_events import read_prompt
from infra.asset import ROOT
from sandbox.cloud.targets import input_for
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


CAK = "5e" * 32
NEW_KEY: dict[str, Any] = {**SAMPLES["key_disassociated"], "detail": dict(SAMPLES["key_disassociated"]["detail"])}
NEW_KEY["detail"] |= {
    "eventName": "AssociateMacSecKey",
    "requestParameters": {"connectionId": "dxcon-fg5678gh", "ckn": "ab" * 32, "cak": CAK},
}


def rule_of_new_keys(properties: Properties) -> dict[str, Any]:
    """The rule of the one call that carries a CAK."""
    found = properties("AWS::Events::Rule").values()
    [rule] = [it for it in found if "AssociateMacSecKey" in it["EventPattern"].get("detail", {}).get("eventName", ())]
    return rule


def test_of_a_new_key_nothing_travels_but_the_link_and_who_did_it(properties: Properties) -> None:
    rule = rule_of_new_keys(properties)
    [target] = rule["Targets"]

    assert rule["EventPattern"]["detail"]["eventName"] == ["AssociateMacSecKey"]
    assert set(target["InputTransformer"]["InputPathsMap"].values()) == {
        *("$.id", "$.source", "$.detail-type", "$.account", "$.time", "$.region"),
        *("$.detail.eventName", "$.detail.eventTime", "$.detail.eventSource", "$.detail.userIdentity"),
        "$.detail.requestParameters.connectionId",
    }
    assert "aws.events" not in target["InputTransformer"]["InputTemplate"]
    assert "DeadLetterConfig" not in target


def test_a_cak_that_cloudtrail_wrote_down_reaches_no_queue(properties: Properties) -> None:
    rules = properties("AWS::Events::Rule")
    [target] = rule_of_new_keys(properties)["Targets"]

    message = input_for(target, NEW_KEY)

    assert reached(NEW_KEY, properties) == {"HearChange"}
    assert sum(bool(targets_of(NEW_KEY, {name: rule})) for name, rule in rules.items()) == 1
    assert CAK in json.dumps(NEW_KEY)
    assert CAK not in message
    assert "cak" not in message.lower()


def test_a_new_key_is_read_as_if_nothing_had_been_left_out(properties: Properties) -> None:
    [target] = rule_of_new_keys(properties)["Targets"]

    prompt = read_prompt(json.loads(input_for(target, NEW_KEY)))

    assert prompt == read_prompt(NEW_KEY)
    assert (prompt.kind, prompt.nothing) == (PromptKind.CHANGED, None)
    assert prompt.links == {"dxcon-fg5678gh"}
    assert (prompt.change.call, prompt.change.by) == ("AssociateMacSecKey", "arn:aws:iam::123456789012:user/ana")


def test_a_new_key_of_our_own_is_still_known_as_ours(properties: Properties) -> None:
    identity = SAMPLES["our_own_call"]["detail"]["userIdentity"]
    ours = {**NEW_KEY, "detail": {**NEW_KEY["detail"], "userIdentity": identity}}
    [target] = rule_of_new_keys(properties)["Targets"]

    assert read_prompt(json.loads(input_for(target, ours))).nothing == "OwnDoing"


def test_a_new_key_that_aws_refused_is_not_heard(properties: Properties) -> None:
    refused = {**NEW_KEY["detail"], "errorCode": "DirectConnectClientException", "requestParameters": None}

    assert reached({**NEW_KEY, "detail": refused}, properties) == set()


def test_every_rule_but_that_of_new_keys_keeps_what_it_could_not_deliver_and_may_reach_its_queues(
    properties: Properties,
) -> None:
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
        kept = target.get("DeadLetterConfig")
        queues = [target["Arn"], *([kept["Arn"]] if kept else [])]
        needed += [(name, logical_id(it)) for it in queues if logical_id(it) in properties("AWS::SQS::Queue")]

    assert {queue for _, queue in needed if queue.startswith("TriggersDeadLetters")}
    assert [rule for rule in rules.values() if "DeadLetterConfig" not in rule["Targets"][0]] == [
        rule_of_new_keys(properties)
    ]
    assert sorted(sent) == sorted(needed)
