"""One sandbox with the toy stack for all tests of a process, since moto's state is the process's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from tests.conftest import OneSandbox
from tests.sandbox.toy.stack import write_assembly
from tests.sandbox.waiting import eventually


@pytest.fixture
def sandbox(one_sandbox: OneSandbox, tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """Return the running sandbox in which the toy stack is deployed; all tests of this folder share it."""

    def make() -> Sandbox:
        assembly = write_assembly(tmp_path_factory.mktemp("assembly"))
        return Sandbox(assembly=assembly, world={"seconds": {"associating": 0}})

    return one_sandbox.of("toy", make)


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
