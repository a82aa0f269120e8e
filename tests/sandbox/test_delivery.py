"""Events reach the targets of the deployed rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from sandbox.cloud.envelope import envelope
from sandbox.cloud.targets import UnknownTargetError, input_for, send
from sandbox.cloud.vocabulary import Json
from tests.sandbox.waiting import eventually

NOBODY = "arn:aws:sqs:us-east-1:123456789012:nobody"
Received = Callable[[str], dict[str, Any]]


def _put(sandbox: Sandbox, **detail: object) -> None:
    entry = {"Source": "toy", "DetailType": "Toy Spoke", "Detail": json.dumps(detail)}
    sandbox.client("events").put_events(Entries=[entry])


def test_a_queue_gets_the_transformed_event(sandbox: Sandbox, received: Received) -> None:
    _put(sandbox, name='the "toy"', port=1)

    heard = eventually(lambda: received("Heard"), lambda it: it["detail"].get("port") == 1)

    assert heard == {"said": 'the "toy" spoke', "detail": {"name": 'the "toy"', "port": 1}}


def test_a_machine_gets_the_part_of_the_event_that_its_path_names(sandbox: Sandbox) -> None:
    _put(sandbox, name="machine", value=1234)

    sandbox.delivery.drain()

    outputs = _inputs(sandbox)
    assert {"name": "machine", "value": 1234} in outputs


def test_a_schedule_fires_by_name(sandbox: Sandbox) -> None:
    sandbox.delivery.fire_schedule("toy-daily")

    assert {"value": 21} in _inputs(sandbox)


def test_a_schedule_invokes_a_function_without_waiting_for_it(sandbox: Sandbox) -> None:
    sandbox.delivery.fire_schedule("toy-hourly")

    sandbox.settle()

    assert {"schedule": "toy-hourly"} in [it["detail"] for it in sandbox.delivery.events("toy")]
    calls = sandbox.journal.calls(sandbox.outputs["MachineRole"], "lambda")
    assert any(call.resources[0].endswith(":function:toy-announce") for call in calls)


def test_what_a_schedule_can_not_deliver_is_buried(sandbox: Sandbox) -> None:
    sandbox.delivery.fire_schedule("toy-lost")

    [letter] = _letters(sandbox)

    assert json.loads(letter["Body"]) == {"schedule": "toy-lost"}
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "ResourceNotFoundException"


def test_what_a_rule_can_not_deliver_is_buried(sandbox: Sandbox) -> None:
    entries = [
        {"Source": "toy.astray", "DetailType": "Toy Spoke", "Detail": json.dumps({"number": number})}
        for number in range(3)
    ]
    sandbox.client("events").put_events(Entries=entries)
    sandbox.delivery.drain()

    letters = _letters(sandbox)

    assert [json.loads(letter["Body"])["detail"]["number"] for letter in letters] == [0, 1, 2]
    assert {letter["MessageAttributes"]["TARGET_ARN"]["StringValue"] for letter in letters} == {NOBODY}


def test_a_schedule_that_is_not_there_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError, match="toy-never"):
        sandbox.delivery.fire_schedule("toy-never")


def test_a_disabled_rule_delivers_nothing(sandbox: Sandbox, received: Received) -> None:
    _put(sandbox, name="enabled only", port=2)
    sandbox.delivery.drain()

    heard = received("Heard")

    assert heard != {"never": True}


def test_a_changing_call_arrives_in_the_trail_with_its_cak_hidden(sandbox: Sandbox, received: Received) -> None:
    cak = "5eed" * 16
    client = sandbox.client("directconnect", "some-role")
    client.associate_mac_sec_key(connectionId="dxcon-fh2j4k6m", ckn="ab" * 32, cak=cak)

    event = eventually(
        lambda: received("Called"),
        lambda it: (
            it["detail"]["eventName"] == "AssociateMacSecKey" and it["detail"]["requestParameters"]["ckn"] == "ab" * 32
        ),
    )

    assert event["detail"]["requestParameters"]["cak"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert event["detail"]["responseElements"]["connectionId"] == "dxcon-fh2j4k6m"
    assert event["detail"]["userIdentity"]["arn"].endswith("assumed-role/some-role/some-role")
    assert cak not in json.dumps(sandbox.events)
    assert cak not in repr(sandbox.journal.calls())


def test_a_read_call_does_not_reach_an_ordinary_rule(sandbox: Sandbox, received: Received) -> None:
    client = sandbox.client("directconnect")
    client.describe_locations()
    client.tag_resource(resourceArn=_arn("dxcon-fg5678gh"), tags=[{"key": "seen", "value": "yes"}])
    sandbox.delivery.drain()

    names = set()
    while (event := received("Called"))["detail"]["eventName"] != "TagResource":
        names.add(event["detail"]["eventName"])

    assert "DescribeLocations" not in names
    assert "DescribeLocations" in {it["detail"].get("eventName") for it in sandbox.events}


def test_a_target_of_an_unknown_kind_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownTargetError, match="arn:aws:batch"):
        send(lambda _, __: None, {"Arn": "arn:aws:batch:us-east-1:1:job-queue/x"}, "{}")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param({}, None, id="the whole event"),
        pytest.param({"Input": '{"fixed": 1}'}, {"fixed": 1}, id="a fixed input"),
        pytest.param({"InputPath": "$.detail.inner"}, {"a": [1]}, id="a part"),
        pytest.param({"InputPath": "$.detail.missing"}, None, id="a part that is not there"),
        pytest.param(
            {"InputTransformer": {"InputPathsMap": {"a": "$.detail.inner"}, "InputTemplate": '{"got": <a>}'}},
            {"got": {"a": [1]}},
            id="a template with JSON",
        ),
        pytest.param(
            {"InputTransformer": {"InputPathsMap": {"a": "$.source"}, "InputTemplate": '"from <a>"'}},
            "from toy",
            id="a template with text",
        ),
    ],
)
def test_a_target_gets_the_input_it_asks_for(target: dict[str, Any], expected: Json) -> None:
    event = envelope("toy", "Toy Spoke", {"inner": {"a": [1]}})

    text = input_for(target, event)

    whole = event if not target else expected
    assert json.loads(text) == whole


def _letters(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Take what is in the toy's dead-letter queue of rules and schedules."""
    client, url = sandbox.client("sqs"), sandbox.outputs["Astray"]
    letters = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])["Messages"]
    for letter in letters:
        client.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    return list(letters)


def _inputs(sandbox: Sandbox) -> list[dict[str, Any]]:
    machine = sandbox.outputs["NestedMachine"]
    return [
        json.loads(event["detail"]["input"])
        for event in sandbox.delivery.events("aws.states")
        if event["detail"]["stateMachineArn"] == machine
    ]


def _arn(connection: str) -> str:
    return f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{connection}"
