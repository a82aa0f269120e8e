"""An execution is whole when it is found, ends once, and the bus hears of both in order, however threads run."""

# ruff: noqa: SLF001 - the threads of moto are held where they are private

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud import Sandbox
from sandbox.cloud.moto_patches.mending import private
from sandbox.cloud.vocabulary import Private
from tests.sandbox.waiting import eventually

Start = Callable[[str, dict[str, Any]], str]
Ended = Callable[[str], dict[str, Any]]
_BACKEND = "moto.stepfunctions.parser.backend"
LONG_SECONDS = 0.4


def _told(sandbox: Sandbox, arn: str) -> list[str]:
    return [event["detail"]["status"] for event in sandbox.events if event["resources"] == [arn]]


def test_an_execution_that_ends_before_its_start_returns_is_told_in_order(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker: Private = private(f"{_BACKEND}.execution_worker").ExecutionWorker
    monkeypatch.setattr(worker, "start", worker._execution_logic)

    arn = start("NestedMachine", {"value": "no number"})

    assert _told(sandbox, arn) == ["RUNNING", "FAILED"]


def test_who_sees_that_an_execution_succeeded_sees_its_output(
    start: Start, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: Private = private("moto.stepfunctions.parser.asl.eval.states").States
    read = states.get_input

    def read_slowly(self: Private, query: str | None = None) -> Private:
        time.sleep(LONG_SECONDS)
        return read(self, query)

    monkeypatch.setattr(states, "get_input", read_slowly)

    end = ended(start("NestedMachine", {"value": 4}))

    assert json.loads(end["output"]) is not None


def test_an_execution_that_has_not_begun_yet_disturbs_nobody(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    execution_class: Private = private(f"{_BACKEND}.execution").Execution
    begin, held = execution_class.start, threading.Event()

    def begin_late(self: Private) -> None:
        held.wait()
        begin(self)

    monkeypatch.setattr(execution_class, "start", begin_late)
    late = threading.Thread(target=start, args=("NestedMachine", {"value": 5}))
    client, machine = sandbox.client("stepfunctions"), sandbox.outputs["NestedMachine"]
    running = lambda: client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]  # noqa: E731
    late.start()
    try:
        (execution,) = eventually(running, bool)
        with pytest.raises(client.exceptions.InvalidToken):
            client.send_task_success(taskToken="nobody's", output="{}")
        assert client.get_execution_history(executionArn=execution["executionArn"])["events"] == []
    finally:
        held.set()
        late.join()


def test_a_stop_and_an_end_at_once_are_one_end(
    sandbox: Sandbox, start: Start, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    communication: Private = private(f"{_BACKEND}.execution").BaseExecutionWorkerCommunication
    reflect, reached, go_on = communication._reflect_execution_status, threading.Event(), threading.Event()

    def reflect_late(self: Private) -> None:
        reflect(self)
        reached.set()
        go_on.wait()

    monkeypatch.setattr(communication, "_reflect_execution_status", reflect_late)
    arn = start("NestedMachine", {"value": 6})
    reached.wait()

    sandbox.client("stepfunctions").stop_execution(executionArn=arn)
    go_on.set()

    assert ended(arn)["status"] == "ABORTED"
    time.sleep(LONG_SECONDS)
    assert _told(sandbox, arn) == ["RUNNING", "ABORTED"]
