"""Queues feed functions through event source mappings, as Lambda's pollers do it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import DeployError, Sandbox
from sandbox.cloud.settling import RestlessError
from sandbox.cloud.targets import EVENTS
from tests.sandbox.deploying import deploy

Received = Callable[[str], dict[str, Any]]
MOST_ENTRIES = 10
"""How many messages one SendMessageBatch takes."""


@pytest.fixture(autouse=True)
def _calm(sandbox: Sandbox) -> None:
    sandbox.settle()


def _send(sandbox: Sandbox, queue: str, *jobs: dict[str, Any]) -> None:
    """Send the jobs in as few calls as can be, so that a slow machine sends them within one window, too."""
    client, url = sandbox.client("sqs"), sandbox.outputs[queue]
    entries = [{"Id": str(at), "MessageBody": json.dumps(job)} for at, job in enumerate(jobs)]
    for first in range(0, len(entries), MOST_ENTRIES):
        client.send_message_batch(QueueUrl=url, Entries=entries[first : first + MOST_ENTRIES])


def _batches(sandbox: Sandbox, prefix: str) -> list[list[str]]:
    """Return the names of the jobs of each batch in which one with this prefix was."""
    told = [event["detail"]["jobs"] for event in sandbox.delivery.events("toy.work")]
    return [jobs for jobs in told if any(str(job).startswith(prefix) for job in jobs)]


def _starts(sandbox: Sandbox, prefix: str) -> list[float]:
    """Return when the worker began each batch in which a job with this prefix was, by its own clock."""
    told = [event["detail"] for event in sandbox.delivery.events("toy.work")]
    return [it["at"] for it in told if any(str(job).startswith(prefix) for job in it["jobs"])]


def test_messages_arrive_in_one_batch_when_the_window_closes(sandbox: Sandbox) -> None:
    started = time.monotonic()
    _send(sandbox, "Jobs", *({"job": f"window-{number}"} for number in range(25)))

    sandbox.settle()

    batches = _batches(sandbox, "window-")
    assert sorted(batches[0]) == sorted(f"window-{number}" for number in range(25))
    assert len(batches) == 1
    assert time.monotonic() - started >= 1


def test_a_record_has_the_shape_that_lambda_gives_it(sandbox: Sandbox) -> None:
    attributes = {"who": {"DataType": "String", "StringValue": "toy"}}
    sent = sandbox.client("sqs").send_message(
        QueueUrl=sandbox.outputs["Jobs"], MessageBody='{"job": "shape-0"}', MessageAttributes=attributes
    )

    sandbox.settle()

    details = [it["detail"] for it in sandbox.delivery.events("toy.work")]
    [record] = [it["first"] for it in details if it["jobs"] == ["shape-0"]]
    assert record["messageId"] == sent["MessageId"]
    assert record["md5OfBody"] == sent["MD5OfMessageBody"]
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert {"SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"} <= set(record["attributes"])
    assert record["messageAttributes"]["who"] == {
        "stringValue": "toy",
        "dataType": "String",
        "stringListValues": [],
        "binaryListValues": [],
    }
    assert (record["eventSource"], record["awsRegion"]) == ("aws:sqs", "us-east-1")
    assert record["eventSourceARN"].rsplit(":", 1)[-1] == sandbox.outputs["Jobs"].rsplit("/", 1)[-1]


def test_only_the_reported_messages_come_back_and_are_buried_in_the_end(sandbox: Sandbox, received: Received) -> None:
    _send(sandbox, "Jobs", {"job": "report-0"}, {"job": "report-1", "how": "leave"}, {"job": "report-2"})

    sandbox.settle()

    first, *others = _batches(sandbox, "report-")
    assert sorted(first) == ["report-0", "report-1", "report-2"]
    assert others == [["report-1"]]
    assert received("Buried") == {"job": "report-1", "how": "leave"}


def test_a_batch_that_the_function_fails_stays_whole(sandbox: Sandbox, received: Received) -> None:
    _send(sandbox, "Jobs", {"job": "whole-0"}, {"job": "whole-1", "how": "refuse"})

    sandbox.settle()

    assert [sorted(batch) for batch in _batches(sandbox, "whole-")] == [["whole-0", "whole-1"]] * 2
    assert {received("Buried")["job"], received("Buried")["job"]} == {"whole-0", "whole-1"}


def test_reports_are_ignored_where_the_mapping_does_not_ask_for_them(sandbox: Sandbox) -> None:
    _send(sandbox, "Chores", {"job": "chore-0", "how": "leave"})

    sandbox.settle()

    assert _batches(sandbox, "chore-") == [["chore-0"]]


def test_without_a_window_a_batch_is_what_one_call_receives(sandbox: Sandbox) -> None:
    _send(sandbox, "Chores", *({"job": f"small-{number}"} for number in range(30)))

    sandbox.settle()

    batches = _batches(sandbox, "small-")
    assert max(len(batch) for batch in batches) <= 10
    assert sorted(job for batch in batches for job in batch) == sorted(f"small-{number}" for number in range(30))


def test_the_poller_calls_the_queue_as_the_functions_role(sandbox: Sandbox) -> None:
    _send(sandbox, "Jobs", {"job": "role-0"})

    sandbox.settle()

    url = sandbox.outputs["Jobs"].rsplit("/", 1)[-1]
    calls = sandbox.journal.calls(sandbox.outputs["FunctionRole"], "sqs")
    called = [call.action for call in calls if any(resource.endswith(f"/{url}") for resource in call.resources)]
    assert {"ReceiveMessage", "DeleteMessageBatch"} <= set(called)


def test_no_more_invocations_run_at_a_time_than_the_mapping_allows(sandbox: Sandbox) -> None:
    _send(sandbox, "Slow", *({"job": f"busy-{number}", "seconds": 1.5} for number in range(4)))

    sandbox.settle()

    starts = _starts(sandbox, "busy-")
    beside = [sum(0 <= at - other < 1.5 for other in starts) for at in starts]
    assert [len(batch) for batch in _batches(sandbox, "busy-")] == [1] * 4
    assert max(beside) == 2


def test_settling_says_what_is_left_when_the_patience_is_over(sandbox: Sandbox) -> None:
    _send(sandbox, "Jobs", {"job": "late-0", "seconds": 1})

    with pytest.raises(RestlessError, match="1 messages in "):
        sandbox.settle(0.2)

    sandbox.settle()


def test_executions_are_waited_for_only_if_asked(sandbox: Sandbox) -> None:
    client = sandbox.client("stepfunctions")
    asked = client.start_execution(
        stateMachineArn=sandbox.outputs["TokenMachine"], input='{"question": "settle", "seconds": 20}'
    )

    with pytest.raises(RestlessError, match="1 running executions"):
        sandbox.settle(1, executions=True)
    sandbox.settle()
    client.stop_execution(executionArn=asked["executionArn"])
    sandbox.settle(executions=True)

    assert client.describe_execution(executionArn=asked["executionArn"])["status"] == "ABORTED"


def test_a_disabled_mapping_rests_and_a_deleted_one_ends(sandbox: Sandbox) -> None:
    sqs, functions = sandbox.client("sqs"), sandbox.client("lambda")
    url = sqs.create_queue(QueueName="toy-resting")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:toy-resting"
    mapping = functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="toy-work", Enabled=False)
    sqs.send_message(QueueUrl=url, MessageBody='{"job": "rest-0"}')
    sandbox.settle()
    rested = _batches(sandbox, "rest-")

    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    sandbox.settle()
    functions.delete_event_source_mapping(UUID=mapping["UUID"])
    sqs.send_message(QueueUrl=url, MessageBody='{"job": "rest-1"}')
    sandbox.settle()

    assert rested == []
    assert _batches(sandbox, "rest-") == [["rest-0"]]
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == '{"job": "rest-1"}'


@pytest.mark.parametrize(
    ("queue", "properties", "reason"),
    [
        pytest.param({"VisibilityTimeout": 3}, {}, "less than Function timeout", id="visibility"),
        pytest.param({}, {"BatchSize": 11}, "Maximum batch window", id="window"),
    ],
)
def test_a_mapping_that_aws_refuses_fails_the_stack(
    sandbox: Sandbox, tmp_path: Path, queue: dict[str, Any], properties: dict[str, Any], reason: str
) -> None:
    source = {"Fn::GetAtt": ["Feed", "Arn"]}
    resources = {
        "Feed": {"Type": "AWS::SQS::Queue", "Properties": queue},
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {"FunctionName": "toy-work", "EventSourceArn": source, **properties},
        },
    }

    with pytest.raises(DeployError, match=reason):
        deploy(sandbox, tmp_path, resources)


def test_a_burst_of_a_thousand_events_travels_in_batches_and_all_of_it_arrives(sandbox: Sandbox) -> None:
    client, before = sandbox.client("events"), len(sandbox.journal.calls(EVENTS, "sqs"))
    jobs = [f"burst-{number}" for number in range(1000)]
    for start in range(0, 1000, 10):
        entries = [
            {"Source": "toy.jobs", "DetailType": "Toy Job", "Detail": json.dumps({"job": job})}
            for job in jobs[start : start + 10]
        ]
        client.put_events(Entries=entries)

    sandbox.settle()

    batches = _batches(sandbox, "burst-")
    assert sorted(job for batch in batches for job in batch) == sorted(jobs)
    assert len(batches) < 100
    assert len(sandbox.journal.calls(EVENTS, "sqs")) - before < 500
