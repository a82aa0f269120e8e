"""The members' machines, reached by the one role that each member has for the coordinator.

The role allows to start the member's `RotateFleet`, to describe its executions and to call its sweep. Its credentials
live as long as a turn's call, in memory only.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from dxmacsec.adapters.aws_errors import SdkError, aws_call, error_code, translate
from dxmacsec.adapters.state_machines import execution_arn, start_once
from dxmacsec.errors import UnknownAnswer
from dxmacsec.organisation import Member, MemberRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dxmacsec.interfaces import Clock

    MakeClient = Callable[[str, str, "Credentials"], Any]
    """Makes a client of a service in a Region that calls with some credentials."""

ROTATE_FLEET = "dxmacsec-RotateFleet"
SWEEP_LINKS = "dxmacsec-SweepLinks"
ROLE_PREFIX = "dxmacsec-member-"
SESSION_PREFIX = "dxmacsec-"
LONGEST_SESSION = 64
LEAST_SECONDS = 900
"""The shortest life that STS gives to a role's credentials."""
SPARE = timedelta(seconds=60)
"""How long before their end credentials are not used any more."""


class RoleClient(Protocol):
    """The operation of STS by which a role is taken on."""

    def assume_role(
        self,
        *,
        RoleArn: str,  # noqa: N803 - AWS's names
        RoleSessionName: str,  # noqa: N803
        DurationSeconds: int,  # noqa: N803
    ) -> Mapping[str, Any]:
        """Return a role's credentials."""
        ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a role calls with; none of it is ever printed."""

    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(repr=False)
    until: datetime


class AwsMembers:
    """Executions and sweeps of members; a process keeps the credentials of the member that it spoke to last."""

    def __init__(self, sts: RoleClient, make_client: MakeClient, partition: str, clock: Clock) -> None:
        """Take a client of STS, what makes clients, the partition that all members are in, and the time."""
        self._sts = sts
        self._make_client = make_client
        self._partition = partition
        self._clock = clock
        self._last: tuple[tuple[str, str], Credentials, dict[str, Any]] | None = None

    def start(self, run: str, member: str, name: str, request: Mapping[str, Any]) -> None:
        """Start a member's `RotateFleet` under a name; a name that was used before starts nothing.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: the member has no role for us, or it does not let us.
            UnknownAnswer: the member has no such machine, or any other refusal.
        """
        start_once(self._client("stepfunctions", run, member), self._machine(member), name, dict(request))

    def look(self, run: str, member: str, name: str) -> MemberRun | None:
        """Describe the member's execution of a name; None where it knows none (yet).

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: the member has no role for us, or it does not let us.
            UnknownAnswer: the output is no report.
        """
        client = self._client("stepfunctions", run, member)
        try:
            described = client.describe_execution(executionArn=execution_arn(self._machine(member), name))
        except SdkError as error:
            if error_code(error) == "ExecutionDoesNotExist":
                return None
            raise translate(error, f"read {name} in {member}") from error
        output = _report(described["output"], f"read {name} in {member}") if described.get("output") else None
        return MemberRun(described["status"], described.get("error", ""), described.get("cause", ""), output)

    def sweep(self, run: str, member: str) -> Mapping[str, Any]:
        """Run a member's sweep and return its figures; a repeat sweeps again, which changes nothing twice.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: the member has no role for us, or it does not let us.
            UnknownAnswer: the sweep failed.
        """
        doing = f"sweep {member}"
        client, arn = self._client("lambda", run, member), self._arn(member, "lambda", f"function:{SWEEP_LINKS}")
        with aws_call(doing):
            answer = client.invoke(FunctionName=arn, InvocationType="RequestResponse", Payload=b"{}")
            payload = answer["Payload"].read()
        if answer.get("FunctionError"):
            message = f"{doing}: {_report(payload, doing).get('errorType', 'it failed')}"
            raise UnknownAnswer(message)
        return _report(payload, doing)

    def _client(self, service: str, run: str, member: str) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
        """Return a client that calls with the member's role, made once as long as its credentials last."""
        now, whom = self._clock.now(), (run, member)
        if self._last is None or self._last[0] != whom or self._last[1].until - now < SPARE:
            self._last = (whom, self._credentials(run, member), {})
        _, credentials, clients = self._last
        if service not in clients:
            clients[service] = self._make_client(service, Member.of(member).region, credentials)
        return clients[service]

    def _credentials(self, run: str, member: str) -> Credentials:
        """Take the member's role on, in a session whose name says for which run."""
        where = Member.of(member)
        role = f"arn:{self._partition}:iam::{where.account}:role/{ROLE_PREFIX}{where.region}"
        session = f"{SESSION_PREFIX}{run}"[:LONGEST_SESSION]
        with aws_call(f"become {ROLE_PREFIX}{where.region} of {where.account}"):
            answer = self._sts.assume_role(RoleArn=role, RoleSessionName=session, DurationSeconds=LEAST_SECONDS)
        got = answer["Credentials"]
        until = got["Expiration"].astimezone(UTC)
        return Credentials(got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"], until)

    def _machine(self, member: str) -> str:
        return self._arn(member, "states", f"stateMachine:{ROTATE_FLEET}")

    def _arn(self, member: str, service: str, resource: str) -> str:
        where = Member.of(member)
        return f"arn:{self._partition}:{service}:{where.region}:{where.account}:{resource}"


def _report(text: str | bytes, doing: str) -> dict[str, Any]:
    """Return the JSON object that a member answered with.

    Raises:
        UnknownAnswer: it is none.
    """
    try:
        report = json.loads(text)
    except ValueError:
        report = None
    if not isinstance(report, dict):
        message = f"{doing}: it answered no JSON object"
        raise UnknownAnswer(message)
    return report
