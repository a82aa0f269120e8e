"""Walks our state machines in one process, on the virtual clock: a whole rotation in milliseconds.

It knows the part of the States Language that our files use: Task (a function, a function with a task
token, a nested execution), Choice, Wait, Succeed, Fail, Retry and Catch, with JSONata throughout.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from unittest import mock

from dxmacsec.handlers import wiring
from dxmacsec.handlers.document import TRAVELLING, read_travelling
from dxmacsec.model import Past
from tests.walk.answering import AnsweringRouter
from tests.walk.execution import NAMES, Execution, Stopped, TaskFailed
from tests.walk.expressions import filled
from tests.walk.machines import handler, machine
from tests.worlds.scene import Scene
from tests.worlds.trouble import FunctionDied

END = ""
CALL_SECONDS = 0.5
MOST_STATES = 3000
TIMEOUTS = ("States.Timeout", "States.HeartbeatTimeout")


@dataclass
class Walker:
    """Runs executions on a scene, with a router that answers.

    `alike_after` so many tries of a task all the rest is taken for one, with the time of all of them between: where a
    trouble lasts, four hundred tries show no more than a dozen.
    `jitter` is which part of each wait before a retry passes: Step Functions draws any from 0 to 1 (`FULL`).
    """

    scene: Scene
    router: AnsweringRouter = field(init=False)
    executions: list[Execution] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    entering: dict[str, Callable[[], None]] = field(default_factory=dict)
    leaving: dict[str, Callable[[], None]] = field(default_factory=dict)
    watchers: list[Callable[[], None]] = field(default_factory=list)
    stepping: list[str] = field(default_factory=list)
    tokens: int = 0
    jitter: float = 1.0
    alike_after: int | None = None

    def __post_init__(self) -> None:
        """Put a well-behaved agent at the router."""
        self.router = AnsweringRouter(self.scene)

    def rotate(self, link: str, name: str = "", **asked: Any) -> Execution:  # noqa: ANN401 - what a person types
        """Start `RotateKey` and walk it to its end."""
        return self.walk(self.start("rotate_key", {"link": link, **asked}, name))

    def enforce(self, link: str, name: str = "", **asked: Any) -> Execution:  # noqa: ANN401
        """Start `EnforceEncryption` by itself and walk it to its end."""
        return self.walk(self.start("enforce_encryption", {"link": link, **asked}, name))

    def recover(self, dead: Execution, name: str = "") -> Execution:
        """Start `RecoverLink` for an execution, as its end's event does, and walk it to its end."""
        return self.walk(self.start("recover_link", {"execution": dead.arn}, name))

    def start(self, machine_name: str, data: Any, name: str = "") -> Execution:  # noqa: ANN401 - any JSON
        """Start an execution; it stands at its first state."""
        name = name or f"{machine_name.replace('_', '-')}-{len(self.executions) + 1}"
        first = machine(machine_name)["StartAt"]
        execution = Execution(machine_name, name, data, self.scene.clock.now(), first, data)
        self._remember(execution)
        self.executions.append(execution)
        return execution

    def walk(self, execution: Execution) -> Execution:
        """Walk an execution to its end."""
        while execution.status == "RUNNING":
            self.step(execution)
        return execution

    def walk_to(self, execution: Execution, state: str) -> Execution:
        """Walk an execution until it stands at a state, which it must reach."""
        while execution.state != state:
            assert execution.status == "RUNNING", (execution.status, execution.error, execution.cause)
            self.step(execution)
        return execution

    def stop(self, execution: Execution) -> None:
        """Stop an execution as `stop-execution` does: nothing is cleaned up."""
        self._end(execution, "ABORTED")

    def step_into(self, execution: Execution) -> None:
        """Stop an execution that has entered its state, and whose task was not called yet."""
        execution.visited.append(execution.state)
        self.stop(execution)

    def step(self, execution: Execution) -> None:
        """Walk one state."""
        execution.visited.append(execution.state)
        assert len(execution.visited) < MOST_STATES, f"{execution.name} never ends: {execution.visited[-12:]}"
        self.papers.append(json.dumps(execution.document))
        if action := self.entering.pop(execution.state, None):
            action()
        state = machine(execution.machine)["States"][execution.state]
        self.stepping.append(execution.arn)
        try:
            self._perform(execution, state)
        except Stopped:
            self.stop(execution)
        finally:
            self.stepping.remove(execution.arn)
        for watcher in self.watchers:
            watcher()

    def _perform(self, execution: Execution, state: dict[str, Any]) -> None:
        match state["Type"]:
            case "Task":
                self._task(execution, state)
            case "Choice":
                execution.state = self._chosen(execution, state)
            case "Wait":
                self.scene.clock.sleep(self._filled(state["Seconds"], execution))
                execution.state = state["Next"]
            case "Succeed":
                execution.output = self._filled(state["Output"], execution)
                self._end(execution, "SUCCEEDED")
            case "Fail":
                execution.error = self._filled(state["Error"], execution)
                execution.cause = self._filled(state["Cause"], execution)
                self._end(execution, "FAILED")

    def _end(self, execution: Execution, status: str) -> None:
        execution.status = status
        self.scene.executions.ended[execution.arn] = self.scene.clock.now()
        if execution.error:
            self.scene.executions.errors[execution.arn] = execution.error
        if status == "ABORTED":
            self.scene.executions.cut_short.add(execution.arn)
        self._remember(execution)
        self.papers.append(json.dumps([execution.output, execution.error, execution.cause]))

    def _remember(self, execution: Execution) -> None:
        """Write down what Step Functions' history would say of an execution."""
        ended_at = self.scene.executions.ended.get(execution.arn)
        carried = execution.document if isinstance(execution.document, dict) else {}
        name = NAMES[execution.machine]
        self.scene.histories.pasts[execution.arn] = Past(
            arn=execution.arn,
            name=execution.name,
            machine=name,
            status=execution.status,
            started_at=execution.started_at,
            ended_at=ended_at,
            error=execution.error or "",
            input=execution.input,
            document=read_travelling(name, json.loads(json.dumps(carried)))
            if "schema" in carried and name in TRAVELLING
            else None,
            last_state=execution.visited[-1] if execution.visited else "",
            entered=frozenset(execution.visited),
            nested=execution.nested,
        )

    def _chosen(self, execution: Execution, state: dict[str, Any]) -> str:
        for choice in state["Choices"]:
            if self._filled(choice["Condition"], execution):
                return str(choice["Next"])
        return str(state["Default"])

    def _task(self, execution: Execution, state: dict[str, Any]) -> None:
        tries = [0] * len(state.get("Retry", ()))
        while not self._tried(execution, state, tries):
            pass

    def _tried(self, execution: Execution, state: dict[str, Any], tries: list[int]) -> bool:
        """Make one try of a task; return False where it waited and is to be tried again."""
        try:
            result = self._call(execution, state)
        except TaskFailed as failed:
            execution.faults.append((execution.state, failed.error, failed.cause))
            if self._waited_to_retry(state, failed.error, tries):
                return False
            self._catch(execution, state, failed)
            return True
        if action := self.leaving.pop(execution.state, None):
            action()
        execution.document = self._filled(state["Output"], execution, result=result)
        execution.state = state.get("Next", END)
        return True

    def _waited_to_retry(self, state: dict[str, Any], error: str, tries: list[int]) -> bool:
        for index, rule in enumerate(state.get("Retry", ())):
            if not _matches(error, rule["ErrorEquals"]):
                continue
            if tries[index] >= rule["MaxAttempts"]:
                return False
            alike = self.alike_after is not None and tries[index] >= self.alike_after
            following = rule["MaxAttempts"] if alike else tries[index] + 1
            waits = (_delay(rule, number) for number in range(tries[index], following))
            tries[index] = following
            self.scene.clock.sleep(self.jitter * sum(waits))
            return True
        return False

    def _catch(self, execution: Execution, state: dict[str, Any], failed: TaskFailed) -> None:
        for rule in state.get("Catch", ()):
            if _matches(failed.error, rule["ErrorEquals"]):
                caught = {"Error": failed.error, "Cause": failed.cause}
                execution.document = self._filled(rule["Output"], execution, errorOutput=caught)
                execution.state = rule["Next"]
                return
        execution.error, execution.cause = failed.error, failed.cause
        self._end(execution, "FAILED")

    def _call(self, execution: Execution, state: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        self.tokens += 1
        token = f"token-{self.tokens}"
        arguments = self._filled(state["Arguments"], execution, token=token)
        if state["Resource"].endswith("startExecution.sync:2"):
            return self._nested(execution, arguments)
        if not state["Resource"].endswith(".waitForTaskToken"):
            return {"Payload": self._invoke(arguments, state["TimeoutSeconds"])}
        limits = [self._filled(state[name], execution) for name in ("TimeoutSeconds", "HeartbeatSeconds")]
        return self._asked(arguments, token, *limits)

    def _invoke(self, arguments: dict[str, Any], timeout_seconds: float) -> Any:  # noqa: ANN401 - any JSON
        event = json.loads(json.dumps(arguments["Payload"]))
        started = self.scene.clock.now()
        self.scene.clock.sleep(CALL_SECONDS)
        try:
            with self._wired():
                answer = json.loads(json.dumps(handler(arguments["FunctionName"])(event, None)))
        except FunctionDied as died:
            error = "Sandbox.Timedout"
            raise TaskFailed(error, "{}") from died
        except Stopped:
            raise
        except Exception as error:
            cause = json.dumps({"errorMessage": str(error), "errorType": type(error).__name__})
            raise TaskFailed(type(error).__name__, cause) from error
        assert (self.scene.clock.now() - started).total_seconds() < timeout_seconds, arguments["FunctionName"]
        return answer

    @contextmanager
    def _wired(self) -> Iterator[None]:
        with mock.patch.object(wiring, "world", return_value=self.scene.world):
            yield

    def _asked(self, arguments: dict[str, Any], token: str, timeout: float, heartbeat: float) -> Any:  # noqa: ANN401
        assert 0 < heartbeat < timeout, f"HeartbeatSeconds {heartbeat} is not below TimeoutSeconds {timeout}"
        self._invoke(arguments, timeout)
        if token in self.scene.desk.declared:
            return self.scene.desk.declared[token]
        mode, message = next((mode, sent) for mode, sent in self.scene.desk.sent if sent["task_token"] == token)
        seconds = self.router.work(message)
        silent = seconds == float("inf") or mode != "agent"
        if silent and seconds > heartbeat:
            self.scene.clock.sleep(heartbeat)
            error = "States.HeartbeatTimeout"
            raise TaskFailed(error, "no heartbeat")
        if seconds > timeout:
            self.scene.clock.sleep(timeout)
            error = "States.Timeout"
            raise TaskFailed(error, "no answer")
        self.scene.clock.sleep(seconds)
        answer = self.router.answer(message)
        if answer.error:
            raise TaskFailed(answer.error, "the device said no")
        return answer.output

    def _nested(self, parent: Execution, arguments: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        child = self.start("enforce_encryption", arguments["Input"])
        parent.nested = child.arn
        self.walk(child)
        if child.status != "SUCCEEDED":
            error = "States.TaskFailed"
            cause = {"Error": child.error, "Cause": child.cause, "Status": child.status, "Name": child.name}
            raise TaskFailed(error, json.dumps(cause))
        return {"Output": child.output, "Status": child.status}

    def _filled(self, template: Any, execution: Execution, **more: Any) -> Any:  # noqa: ANN401 - any JSON
        started = execution.started_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        about = {"Id": execution.arn, "Name": execution.name, "StartTime": started, "Input": execution.input}
        context: dict[str, Any] = {"Execution": about, "Task": {"Token": more.pop("token", "")}}
        states = {"input": execution.document, "context": context, **more}
        return filled(template, states, self._now)

    def _now(self) -> str:
        return self.scene.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _delay(rule: dict[str, Any], number: int) -> float:
    """Return the longest wait of a rule before a retry, the first of which is number 0."""
    return float(min(rule["IntervalSeconds"] * rule["BackoffRate"] ** number, rule["MaxDelaySeconds"]))


def _matches(error: str, names: list[str]) -> bool:
    if "States.ALL" in names or error in names:
        return True
    return "States.Timeout" in names and error in TIMEOUTS
