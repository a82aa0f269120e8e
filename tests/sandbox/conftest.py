"""One sandbox with the toy stack for all tests of a process, since moto's state is the process's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from tests.sandbox.toy.stack import write_assembly
from tests.sandbox.waiting import eventually


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Return a running sandbox in which the toy stack is deployed."""
    assembly = write_assembly(tmp_path_factory.mktemp("assembly"))
    with Sandbox(assembly=assembly, world={"seconds": {"associating": 0}}) as running:
        yield running


@pytest.fixture
def start(sandbox: Sandbox) -> Callable[[str, dict[str, Any]], str]:
    """Return what starts a toy machine and gives the execution's ARN."""

    def starter(machine: str, document: dict[str, Any]) -> str:
        answer = sandbox.client("stepfunctions").start_execution(
            stateMachineArn=sandbox.outputs[machine], input=json.dumps(document)
        )
        return str(answer["executionArn"])

    return starter


@pytest.fixture
def ended(sandbox: Sandbox) -> Callable[[str], dict[str, Any]]:
    """Return what waits for an execution's end and describes it."""
    client = sandbox.client("stepfunctions")

    def wait(arn: str) -> dict[str, Any]:
        look = lambda: client.describe_execution(executionArn=arn)  # noqa: E731
        description: dict[str, Any] = eventually(look, lambda it: it["status"] != "RUNNING")
        return description

    return wait


@pytest.fixture
def received(sandbox: Sandbox) -> Callable[[str], dict[str, Any]]:
    """Return what waits for one message of a toy queue, removes it, and gives its document."""
    client = sandbox.client("sqs")

    def receive(queue: str) -> dict[str, Any]:
        url = sandbox.outputs[queue]
        messages = eventually(lambda: client.receive_message(QueueUrl=url).get("Messages", []), bool)
        client.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
        document: dict[str, Any] = json.loads(messages[0]["Body"])
        return document

    return receive
