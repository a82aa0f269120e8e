"""The command in one process: a scene behind the account, and Step Functions that walks our real machines."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli import app as command_line
from cli.account import Account
from dxmacsec.adapters.executions import AwsExecutions
from dxmacsec.adapters.rotations import AwsRotations
from dxmacsec.handlers.settings import Settings
from dxmacsec.interfaces import StoryRow, TaskRow
from sandbox.twin import Estate
from tests.walk.execution import NAMES, Execution
from tests.walk.fleet_walker import FleetWalker
from tests.walk.quick import QUICK
from tests.worlds.ledger import FakeLedger
from tests.worlds.scene import Scene, a_scene

MACHINES = "arn:aws:states:us-east-1:123456789012:stateMachine"
ADA = "arn:aws:sts::123456789012:assumed-role/NetOps/ada"
BY_NAME = {name: machine for machine, name in NAMES.items()}


ALREADY, UNKNOWN = "ExecutionAlreadyExists", "ExecutionDoesNotExist"


def client_error(code: str, operation: str = "Operation") -> ClientError:
    """Return AWS's refusal with a code."""
    return ClientError({"Error": {"Code": code, "Message": "what AWS says"}}, operation)


@dataclass
class FakeStories:
    """The ledger as people read it."""

    ledger: FakeLedger

    def of_link(self, link: str, *, limit: int | None = None) -> Iterator[StoryRow]:
        rows = [StoryRow(link, "note", note.id, note.at, note.record) for note in self.ledger.notes.get(link, ())]
        yield from rows[::-1][:limit]

    def tasks(self, link: str) -> tuple[TaskRow, ...]:
        return tuple(task for (of, _), task in self.ledger.tasks.items() if of == link)


@dataclass
class FakeStepFunctions:
    """Walks an execution one state at each look at it; answers to tokens are kept, or refused."""

    walker: FleetWalker
    answers: list[dict[str, Any]] = field(default_factory=list)
    refusal: str = ""
    before_look: Callable[[Execution], None] = lambda _: None

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:  # noqa: A002, N803
        machine = BY_NAME[stateMachineArn.rpartition(":")[2]]
        if any(each.name == name for each in self.walker.executions):
            raise client_error(ALREADY)
        return {"executionArn": self.walker.start(machine, json.loads(input), name).arn}

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        execution = self._found(executionArn)
        self.before_look(execution)
        if execution.status == "RUNNING":
            self.walker.step(execution)
        over = execution.status != "RUNNING"
        return {
            "executionArn": execution.arn,
            "stateMachineArn": f"{MACHINES}:{NAMES[execution.machine]}",
            "name": execution.name,
            "status": execution.status,
            "startDate": execution.started_at,
            **({"stopDate": self.walker.scene.clock.now()} if over else {}),
            **({"error": execution.error, "cause": execution.cause} if execution.error else {}),
        }

    def get_execution_history(self, *, executionArn: str, **_: Any) -> dict[str, Any]:  # noqa: ANN401, N803
        execution = self._found(executionArn)
        carried = json.dumps(execution.document)
        names, at = [execution.state, *reversed(execution.visited)], self.walker.scene.clock.now()
        return {
            "events": [
                {
                    "type": "ChoiceStateEntered" if name.endswith("?") else "TaskStateEntered",
                    "timestamp": at,
                    "stateEnteredEventDetails": {"name": name, "input": carried},
                }
                for name in names
            ]
        }

    def send_task_success(self, *, taskToken: str, output: str) -> None:  # noqa: N803
        self._answer({"token": taskToken, **json.loads(output)})

    def send_task_failure(self, *, taskToken: str, error: str, cause: str) -> None:  # noqa: N803
        self._answer({"token": taskToken, "error": error, "cause": cause})

    def _answer(self, given: dict[str, Any]) -> None:
        if self.refusal:
            raise client_error(self.refusal)
        self.answers.append(given)

    def _found(self, arn: str) -> Execution:
        found = next((each for each in self.walker.executions if each.arn == arn), None)
        if found is None:
            raise client_error(UNKNOWN)
        return found


class FakeSts:
    """Says who asks."""

    def get_caller_identity(self) -> dict[str, Any]:
        return {"Arn": ADA, "Account": "123456789012", "ResponseMetadata": {"HTTPHeaders": {}}}


@dataclass
class FakeSession:
    """Makes the clients that a test put in."""

    clients: dict[str, Any]

    def create_client(self, service: str, **_: Any) -> Any:  # noqa: ANN401 - any client
        return self.clients[service]

    def get_config_variable(self, _: str) -> str:
        return "us-east-1"


@dataclass
class Desk:
    """A person at a terminal, with what stands behind it."""

    scene: Scene
    step_functions: FakeStepFunctions
    account: Account
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def type(self, *words: str, says: str = "") -> Typed:
        """Type a command, with what the person answers to questions."""
        self.patch.setattr(sys, "argv", ["dxmacsec", *words])
        self.patch.setattr(sys, "stdin", io.StringIO(says))
        self.capture.readouterr()
        with pytest.raises(SystemExit) as left:
            command_line.main()
        code = left.value.code
        out, err = self.capture.readouterr()
        return Typed(0 if code is None else int(code), out, err)

    def requests(self) -> list[dict[str, Any]]:
        """Return what the machines were started with, dry runs left out."""
        started = (each.input for each in self.step_functions.walker.executions if each.machine.startswith("rotate"))
        return [each for each in started if not each.get("dry_run")]


@dataclass(frozen=True)
class Typed:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - any JSON
        """Return the JSON document that stdout is, and nothing beside it."""
        return json.loads(self.out)


def a_desk(
    patch: pytest.MonkeyPatch,
    capture: pytest.CaptureFixture[str],
    estate: Estate | None = None,
    **limits: Any,  # noqa: ANN401 - any field of Limits
) -> Desk:
    """Put a person at a terminal, before an estate."""
    scene = a_scene(estate, **{**QUICK, **limits})
    step_functions = FakeStepFunctions(FleetWalker(scene))
    sfn: Any = step_functions
    settings = _settings(scene)
    world = replace(scene.world, executions=AwsExecutions(sfn), rotations=AwsRotations(sfn, settings.rotate_key_arn))
    session: Any = FakeSession({"stepfunctions": step_functions, "sts": FakeSts()})
    account = Account(session, {}, settings, world, FakeStories(scene.ledger))
    # The machines' functions log to stdout, which on Lambda is another one than the terminal's.
    patch.setattr(logging.getLogger("dxmacsec"), "disabled", True)
    patch.setattr(command_line, "session_of", lambda *_: session)
    patch.setattr(command_line, "open_account", lambda *_: account)
    return Desk(scene, step_functions, account, patch, capture)


def _settings(scene: Scene) -> Settings:
    return Settings(
        ledger_table="ledger",
        key_secret_prefix="dxmacsec/",  # noqa: S106 - a name's beginning
        key_arn="arn:aws:kms:us-east-1:123456789012:key/1",
        alerts_topic_arn="arn:aws:sns:us-east-1:123456789012:alerts",
        router_tasks_url="https://sqs/tasks",
        changes_url="https://sqs/changes",
        rotate_key_arn=f"{MACHINES}:RotateKey",
        rotation_function_arn="arn:aws:lambda:us-east-1:123456789012:function:rotate",
        enforce_encryption_arn=f"{MACHINES}:EnforceEncryption",
        rotate_fleet_arn=f"{MACHINES}:RotateFleet",
        recover_link_arn=f"{MACHINES}:RecoverLink",
        limits=scene.world.limits,
    )
