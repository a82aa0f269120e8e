"""An account for the command line, played: the scene's world, rows of a ledger, Step Functions and CloudTrail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from cli import app
from dxmacsec.adapters.home import Home
from dxmacsec.interfaces import StoryRow, TaskRow, World
from tests.worlds.scene import Scene

HERE = "arn:aws:states:us-east-1:123456789012"
ROTATE_KEY, ROTATE_FLEET = f"{HERE}:stateMachine:dxmacsec-RotateKey", f"{HERE}:stateMachine:dxmacsec-RotateFleet"
UNKNOWN, DENIED = "ExecutionDoesNotExist", "AccessDeniedException"
CKN, OLD_CKN = "ab" * 32, "cd" * 32


def execution(name: str, machine: str = "RotateKey") -> str:
    """Return the ARN of an execution."""
    return f"{HERE}:execution:dxmacsec-{machine}:{name}"


def refusal(code: str, operation: str) -> ClientError:
    """Return a refusal of AWS."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


@dataclass
class PlayedStories:
    """What is written down, in any order, and the router tasks that wait."""

    rows: list[StoryRow] = field(default_factory=list)
    waiting: list[TaskRow] = field(default_factory=list)

    def of_link(self, link: str, *, limit: int | None = None) -> Iterator[StoryRow]:
        """Yield the rows of a link, the newest first."""
        own = sorted((row for row in self.rows if row.link == link), key=lambda row: row.at, reverse=True)
        yield from islice(own, limit)

    def tasks(self, link: str) -> tuple[TaskRow, ...]:
        """Return the tasks of a link."""
        return tuple(task for task in self.waiting if task.link == link)


@dataclass
class PlayedStepFunctions:
    """Executions by their ARNs, and the events of their histories, the oldest first."""

    executions: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def describe_execution(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - the SDK's
        arn = asked["executionArn"]
        if arn not in self.executions:
            raise refusal(UNKNOWN, "DescribeExecution")
        return {"executionArn": arn, "name": arn.rpartition(":")[2], **self.executions[arn]}

    def get_execution_history(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - see above
        self.calls.append(asked)
        if asked["executionArn"] not in self.events:
            raise refusal(UNKNOWN, "GetExecutionHistory")
        events = self.events[asked["executionArn"]]
        ordered = events[::-1] if asked["reverseOrder"] else events
        start = int(asked.get("nextToken", 0))
        end = start + asked["maxResults"]
        return {"events": ordered[start:end], **({"nextToken": str(end)} if end < len(ordered) else {})}


@dataclass
class PlayedTrail:
    """CloudTrail's events as it answers them, or the code with which it refuses."""

    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    refuses: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)

    def lookup_events(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - see above
        self.calls.append(asked)
        if self.refuses:
            raise refusal(self.refuses, "LookupEvents")
        number = int(asked.get("NextToken", 0))
        more = {"NextToken": str(number + 1)} if number + 1 < len(self.pages) else {}
        return {"Events": self.pages[number] if self.pages else [], **more}


@dataclass
class PlayedAccount:
    """What a command reaches."""

    world: World
    stories: PlayedStories = field(default_factory=PlayedStories)
    step_functions: PlayedStepFunctions = field(default_factory=PlayedStepFunctions)
    trail: PlayedTrail = field(default_factory=PlayedTrail)
    home: Home = field(default_factory=lambda: Home("aws", "us-east-1", "123456789012"))
    settings: Any = field(
        default_factory=lambda: SimpleNamespace(rotate_key_arn=ROTATE_KEY, rotate_fleet_arn=ROTATE_FLEET)
    )

    def client(self, service: str) -> Any:  # noqa: ANN401 - stands for any client
        """Return the played client."""
        return {"stepfunctions": self.step_functions, "cloudtrail": self.trail}[service]

    def type(self, *words: str, columns: int = 80) -> Result:
        """Type a command at a terminal of so many columns; its exit code and what it printed come back."""
        environment = {"COLUMNS": str(columns), "NO_COLOR": "1", "AWS_REGION": self.home.region}
        return CliRunner().invoke(app.app, list(words), env=environment)


def played(scene: Scene, monkeypatch: Any) -> PlayedAccount:  # noqa: ANN401 - pytest's
    """Return an account that the command line opens."""
    account = PlayedAccount(scene.world)
    monkeypatch.setattr(app, "open_account", lambda *_: account)
    return account


def a_row(link: str, name: str, at: datetime, **record: Any) -> StoryRow:  # noqa: ANN401 - members of a record
    """Return the record of a rotation that went well, but for what is given."""
    ended = at + timedelta(minutes=5)
    written = {
        "schema": 1,
        "rotation": name,
        "execution": execution(name),
        "link": link,
        "kind": "connection",
        "member_given": None,
        "status": "SUCCEEDED",
        "reason": "Rotated",
        "sentence": f"{link} uses its new key on every port.",
        "asked": {"link": link, "reason": "as the policy asks", "urgent": False, "version_id": None},
        "started_at": at.isoformat(),
        "ended_at": ended.isoformat(),
        "new_ckn": CKN,
        "new_version_id": "v1",
        "pair_used_again": False,
        "old_ckns": [OLD_CKN],
        "retired_ckns": [OLD_CKN],
        "made_room_of": None,
        "mode_before": "must_encrypt",
        "mode_enforced": "must_encrypt",
        "router_mode": "agent",
        "proven_by": "router",
        "checks": [
            {"at": at.isoformat(), "what": "plan", "seen": "available, must_encrypt"},
            {"at": at.isoformat(), "what": "prove", "seen": "agent:north: The router uses abababab… on every port."},
            {"at": at.isoformat(), "what": "promote", "seen": "version v1 is in use"},
        ],
        "not_checked": ["Direct Connect does not say which CKN a port uses; the router's word is the proof."],
        **record,
    }
    return StoryRow(link, "rotation", name, at, written)


def a_verdict(link: str, at: datetime, status: str = "COMPLIANT", reason: str = "Compliant") -> StoryRow:
    """Return the row of a change of verdict."""
    after = {"status": status, "reasons": [reason]}
    change = {"event_id": "e", "call": "UpdateConnection", "by": "user/eve", "at": at.isoformat()}
    record = {"link": link, "before": None, "after": after, "sentence": "As seen.", "change": change, "why": "Enforce"}
    return StoryRow(link, "verdict", "000001", at, record)


def an_enforcement(link: str, name: str, at: datetime, owner: str = "", **record: Any) -> StoryRow:  # noqa: ANN401
    """Return the record of an enforcement, of its own or of a rotation's."""
    own = execution(name, "EnforceEncryption")
    written = {
        "schema": 1,
        "enforcement": name,
        "execution": own,
        "owner": owner or own,
        "link": link,
        "kind": "connection",
        "status": "SUCCEEDED",
        "reason": "Enforced",
        "sentence": f"{link} is in must_encrypt and stayed encrypted.",
        "asked_reason": "rotation r1",
        "started_at": at.isoformat(),
        "ended_at": (at + timedelta(minutes=1)).isoformat(),
        "mode_before": "should_encrypt",
        "checks": [{"at": at.isoformat(), "what": "mode", "seen": "should_encrypt became must_encrypt"}],
        **record,
    }
    return StoryRow(link, "rotation", name, at, written)


def entered(state: str, at: datetime, kind: str = "Task") -> dict[str, Any]:
    """Return the event of entering a state."""
    return {"type": f"{kind}StateEntered", "timestamp": at, "stateEnteredEventDetails": {"name": state}}


def left(state: str, at: datetime, kind: str = "Task") -> dict[str, Any]:
    """Return the event of leaving a state."""
    return {"type": f"{kind}StateExited", "timestamp": at, "stateExitedEventDetails": {"name": state}}
