"""Functions run as Lambda runs them."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from tests.sandbox.waiting import eventually


def _invoke(sandbox: Sandbox, name: str, **event: object) -> tuple[dict[str, Any], str | None]:
    answer = sandbox.client("lambda").invoke(FunctionName=f"toy-{name}", Payload=json.dumps(event).encode())
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def test_runs_the_deployed_code_in_its_own_environment(sandbox: Sandbox) -> None:
    answer, error = _invoke(sandbox, "echo", link="dxcon-fg5678gh")

    assert error is None
    assert answer["event"] == {"link": "dxcon-fg5678gh"}
    assert answer["function"] == "toy-echo"
    assert answer["colour"] == "green"
    assert answer["endpoint"] == sandbox.endpoint
    assert 0 < answer["remaining"] <= 4000


def test_keeps_the_process_warm(sandbox: Sandbox) -> None:
    first, _ = _invoke(sandbox, "echo")

    second, _ = _invoke(sandbox, "echo")

    assert second["process"] == first["process"]


def test_starts_another_process_for_a_concurrent_request(sandbox: Sandbox) -> None:
    answers: list[Any] = []
    calls = [threading.Thread(target=lambda: answers.append(_invoke(sandbox, "sleep", seconds=0.5))) for _ in range(2)]

    for call in calls:
        call.start()
    for call in calls:
        call.join()

    assert answers == [({"slept": 0.5}, None)] * 2


def test_reports_an_error_by_its_class_name(sandbox: Sandbox) -> None:
    answer, error = _invoke(sandbox, "refuse", link="dxcon-fg5678gh")

    assert error == "Unhandled"
    assert answer["errorType"] == "ToyRefusedError"
    assert answer["errorMessage"] == "refused dxcon-fg5678gh"
    assert answer["stackTrace"]


def test_kills_a_function_at_its_timeout_and_starts_it_again(sandbox: Sandbox) -> None:
    late, error = _invoke(sandbox, "sleep", seconds=60)

    again, _ = _invoke(sandbox, "sleep", seconds=0)

    assert error == "Unhandled"
    assert late["errorType"] == "Sandbox.Timedout"
    assert late["errorMessage"].endswith("Task timed out after 4.00 seconds")
    assert again == {"slept": 0}


def test_reports_a_process_that_ends_in_the_middle(sandbox: Sandbox) -> None:
    answer, error = _invoke(sandbox, "crash")

    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in answer["errorMessage"]


def test_misses_a_dependency_that_only_the_sandbox_has(sandbox: Sandbox) -> None:
    answer, error = _invoke(sandbox, "broken-handler")

    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.ImportModuleError"
    assert "No module named 'moto'" in answer["errorMessage"]


def test_calls_aws_as_its_own_role(sandbox: Sandbox) -> None:
    answer, _ = _invoke(sandbox, "caller")

    role = sandbox.outputs["FunctionRole"]
    assert answer["connections"] > 0
    assert [call.action for call in sandbox.journal.calls(role, "directconnect")] == ["DescribeConnections"]
    assert sandbox.outputs["Table"] in sandbox.journal.calls(role, "dynamodb")[-1].resources


def test_an_event_invocation_does_not_wait(sandbox: Sandbox) -> None:
    answer = sandbox.client("lambda").invoke(
        FunctionName="toy-announce", InvocationType="Event", Payload=b'{"name": "nobody waits"}'
    )

    assert answer["StatusCode"] == 202
    eventually(
        lambda: [it["detail"] for it in sandbox.delivery.events("toy")],
        lambda seen: {"name": "nobody waits"} in seen,
    )


def test_writes_what_functions_print_to_their_log_group(sandbox: Sandbox) -> None:
    _invoke(sandbox, "echo", colourful=True)

    events = sandbox.client("logs").filter_log_events(logGroupName="/toy/functions")["events"]

    messages = [event["message"] for event in events]
    printed = messages.index("echo of ['colourful']")
    assert messages[printed - 1].startswith("START RequestId: ")
    assert messages[printed + 1].startswith("END RequestId: ")
    assert messages[printed + 2].startswith("REPORT RequestId: ")


@pytest.mark.parametrize("name", ["toy-nobody", "arn:aws:lambda:us-east-1:123456789012:function:toy-nobody"])
def test_an_unknown_function_is_not_found(sandbox: Sandbox, name: str) -> None:
    client = sandbox.client("lambda")

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName=name)
