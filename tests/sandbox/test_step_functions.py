"""State machines run, as AWS documents them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from tests.sandbox.waiting import eventually

Start = Callable[[str, dict[str, Any]], str]
Ended = Callable[[str], dict[str, Any]]
Received = Callable[[str], dict[str, Any]]


def _input(**changes: object) -> dict[str, Any]:
    link = f"dxcon-{uuid.uuid4().hex[:8]}"
    return {"link": link, "timeout": 20, "items": [1, 2, 3], "pause": 0, "heartbeat": 10, **changes}


def _task(function: str, **payload: object) -> dict[str, Any]:
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:toy-{function}"
    return {"function": arn, "payload": payload}


def test_runs_each_integration_that_the_product_uses(
    sandbox: Sandbox, start: Start, ended: Ended, received: Received
) -> None:
    document = _input(pause=1)
    arn = start("IntegrationsMachine", document)
    asked = received("Queue")

    client = sandbox.client("stepfunctions")
    client.send_task_heartbeat(taskToken=asked["token"])
    client.send_task_success(taskToken=asked["token"], output='{"ckn": "ab"}')
    end = ended(arn)

    output = json.loads(end["output"])
    assert end["status"] == "SUCCEEDED"
    assert asked["link"] == document["link"]
    assert output["doubled"] == [2, 4, 6]
    assert output["answer"] == {"ckn": "ab"}
    assert output["text"] == 'a "quoted" text'
    assert output["echoed"] == {"link": document["link"], "by": end["name"], "quote": 'say "hello"'}


def test_tells_by_sns_and_by_events_at_the_end(
    sandbox: Sandbox, start: Start, ended: Ended, received: Received
) -> None:
    document = _input()
    arn = start("IntegrationsMachine", document)
    token = received("Queue")["token"]
    sandbox.client("stepfunctions").send_task_success(taskToken=token, output="{}")
    ended(arn)

    queue = sandbox.outputs["Inbox"]
    inbox = eventually(
        lambda: sandbox.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"),
        bool,
    )

    assert f"{document['link']} is done" in [message["Body"] for message in inbox]
    assert {"link": document["link"]} in [it["detail"] for it in sandbox.delivery.events("toy.machine")]


def test_a_condition_that_fails_is_caught_by_its_name_and_ends_in_a_computed_error(
    sandbox: Sandbox, start: Start, ended: Ended
) -> None:
    document = _input()
    item = {"id": {"S": document["link"]}}
    sandbox.client("dynamodb").put_item(TableName=sandbox.outputs["Table"], Item=item)

    end = ended(start("IntegrationsMachine", document))

    assert end["status"] == "FAILED"
    assert end["error"] == "BusyLink"
    cause = json.loads(end["cause"])
    assert cause == {"link": document["link"], "why": "DynamoDB.ConditionalCheckFailedException"}


def test_a_task_failure_carries_error_and_cause(
    sandbox: Sandbox, start: Start, ended: Ended, received: Received
) -> None:
    arn = start("IntegrationsMachine", _input())
    token = received("Queue")["token"]

    sandbox.client("stepfunctions").send_task_failure(taskToken=token, error="RouterRefused", cause='it said "no"')

    end = ended(arn)
    assert (end["status"], end["error"], end["cause"]) == ("FAILED", "RouterRefused", 'it said "no"')


def test_a_missed_heartbeat_is_caught(start: Start, ended: Ended, received: Received) -> None:
    arn = start("IntegrationsMachine", _input(heartbeat=1))
    received("Queue")

    end = ended(arn)

    # AWS documents both names for this; moto uses the older one.
    assert json.loads(end["output"]) == {"lost": "States.Timeout"}


def test_a_task_token_may_go_through_a_function(sandbox: Sandbox, start: Start, ended: Ended) -> None:
    question = uuid.uuid4().hex
    arn = start("TokenMachine", {"question": question, "seconds": 20})
    key = {"TableName": sandbox.outputs["Table"], "Key": {"id": {"S": question}}}
    item = eventually(lambda: sandbox.client("dynamodb").get_item(**key).get("Item"), bool)

    sandbox.client("stepfunctions").send_task_success(taskToken=item["token"]["S"], output='{"said": "yes"}')

    assert json.loads(ended(arn)["output"]) == {"said": "yes"}


def test_a_task_token_that_nobody_answers_times_out(start: Start, ended: Ended) -> None:
    end = ended(start("TokenMachine", {"question": "nobody", "seconds": 1}))

    assert json.loads(end["output"]) == {"late": True}


def test_an_error_is_retried_and_then_succeeds(start: Start, ended: Ended) -> None:
    end = ended(start("TaskMachine", _task("flaky", counter=uuid.uuid4().hex)))

    assert json.loads(end["output"]) == {"seen": 3}


@pytest.mark.parametrize(
    ("function", "payload", "error"),
    [
        ("refuse", {"link": "x"}, "ToyRefusedError"),
        ("sleep", {"seconds": 60}, "Sandbox.Timedout"),
        ("crash", {}, "Runtime.ExitError"),
        ("broken-handler", {}, "Runtime.ImportModuleError"),
    ],
)
def test_a_failing_function_is_caught_by_its_error_type(
    start: Start, ended: Ended, function: str, payload: dict[str, Any], error: str
) -> None:
    end = ended(start("TaskMachine", _task(function, **payload)))

    output = json.loads(end["output"])
    assert output["caught"] == error
    assert output["cause"]["errorType"] == error


def test_a_nested_execution_calls_as_the_machines_role(sandbox: Sandbox, start: Start, ended: Ended) -> None:
    ended(start("ParentMachine", {"question": "role", "seconds": 1}))

    calls = sandbox.journal.calls(sandbox.outputs["MachineRole"], "states")

    assert "StartExecution" in {call.action for call in calls}


def test_an_unnamed_execution_gets_a_name_of_its_own(start: Start) -> None:
    arns = {start("NestedMachine", {"value": 1}) for _ in range(3)}

    assert len(arns) == 3


def test_a_second_execution_of_the_same_name_is_refused(sandbox: Sandbox, ended: Ended) -> None:
    client, machine = sandbox.client("stepfunctions"), sandbox.outputs["NestedMachine"]
    name = uuid.uuid4().hex
    ended(client.start_execution(stateMachineArn=machine, name=name, input='{"value": 1}')["executionArn"])

    with pytest.raises(client.exceptions.ExecutionAlreadyExists):
        client.start_execution(stateMachineArn=machine, name=name, input='{"value": 2}')


def test_stopping_ends_an_execution_and_the_one_it_waits_for(sandbox: Sandbox, start: Start) -> None:
    client = sandbox.client("stepfunctions")
    question = uuid.uuid4().hex
    arn = start("ParentMachine", {"question": question, "seconds": 600})
    key = {"TableName": sandbox.outputs["Table"], "Key": {"id": {"S": question}}}
    eventually(lambda: sandbox.client("dynamodb").get_item(**key).get("Item"), bool)

    client.stop_execution(executionArn=arn, error="Enough", cause="a person said so")

    stopped = client.describe_execution(executionArn=arn)
    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "Enough", "a person said so")
    children = client.list_executions(stateMachineArn=sandbox.outputs["TokenMachine"], statusFilter="RUNNING")
    assert children["executions"] == []
    last = eventually(
        lambda: client.get_execution_history(executionArn=arn)["events"][-1],
        lambda event: event["type"].startswith("Execution"),
    )
    assert last["type"] == "ExecutionAborted"


def test_stopping_cuts_a_wait_short(sandbox: Sandbox, start: Start) -> None:
    client = sandbox.client("stepfunctions")
    arn = start("IntegrationsMachine", _input(pause=600))
    waiting = "WaitStateEntered"
    history = lambda: [e["type"] for e in client.get_execution_history(executionArn=arn)["events"]]  # noqa: E731
    eventually(history, lambda seen: waiting in seen)

    client.stop_execution(executionArn=arn)

    eventually(history, lambda seen: seen[-1] == "ExecutionAborted")


def test_a_failing_expression_fails_by_the_name_that_aws_gives_it(start: Start, ended: Ended) -> None:
    end = ended(start("NestedMachine", {"value": "no number"}))

    assert (end["status"], end["error"]) == ("FAILED", "States.QueryEvaluationError")


def test_tells_the_bus_how_an_execution_went(sandbox: Sandbox, start: Start, ended: Ended, received: Received) -> None:
    arn = start("NestedMachine", {"value": "no number"})
    ended(arn)

    message = eventually(lambda: received("Ended"), lambda event: event["detail"]["executionArn"] == arn)

    assert message["detail-type"] == "Step Functions Execution Status Change"
    assert message["resources"] == [arn]
    assert message["detail"]["status"] == "FAILED"
    assert message["detail"]["stopDate"] >= message["detail"]["startDate"]
    assert json.loads(message["detail"]["input"]) == {"value": "no number"}
    statuses = [it["detail"]["status"] for it in sandbox.events if it["resources"] == [arn]]
    assert statuses == ["RUNNING", "FAILED"]


def test_history_and_lists_answer_through_the_api(sandbox: Sandbox, start: Start, ended: Ended) -> None:
    arn = start("NestedMachine", {"value": 4})
    ended(arn)

    client, machine = sandbox.client("stepfunctions"), sandbox.outputs["NestedMachine"]
    listed = client.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]
    types = [event["type"] for event in client.get_execution_history(executionArn=arn)["events"]]

    assert arn in {execution["executionArn"] for execution in listed}
    assert types == ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]


def test_a_history_can_be_read_backwards_page_by_page(sandbox: Sandbox, start: Start, ended: Ended) -> None:
    arn = start("NestedMachine", {"value": 4})
    ended(arn)
    client = sandbox.client("stepfunctions")

    newest = client.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=3)
    rest = client.get_execution_history(
        executionArn=arn, reverseOrder=True, maxResults=3, nextToken=newest["nextToken"]
    )

    assert [event["type"] for event in newest["events"]] == [
        "ExecutionSucceeded",
        "PassStateExited",
        "PassStateEntered",
    ]
    assert [event["type"] for event in rest["events"]] == ["ExecutionStarted"]
    assert "nextToken" not in rest
