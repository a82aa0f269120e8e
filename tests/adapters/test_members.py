from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.members import AwsMembers, Credentials
from dxmacsec.errors import AccessDenied, Throttled, UnknownAnswer
from dxmacsec.organisation import MemberRun
from tests.worlds.turning_clock import TurningClock

if TYPE_CHECKING:
    from boto3 import Session

MEMBER, OTHER = "111111111111/eu-west-1", "222222222222/us-gov-west-1"
RUN, NAME = "organisation-1", "organisation-1-2-111111111111-eu-west-1"
MACHINE = "arn:aws:states:eu-west-1:111111111111:stateMachine:dxmacsec-RotateFleet"
EXECUTION = f"arn:aws:states:eu-west-1:111111111111:execution:dxmacsec-RotateFleet:{NAME}"
SWEEP = "arn:aws:lambda:eu-west-1:111111111111:function:dxmacsec-SweepLinks"
REQUEST = {"dry_run": True, "coordinated": RUN}
AT = datetime(2026, 1, 1, tzinfo=UTC)


class Clients:
    """Makes clients of moto's, and keeps for whom and with what."""

    def __init__(self, aws: Any) -> None:  # noqa: ANN401 - a session whose services are known at run time
        self._aws = aws
        self.made: list[tuple[str, str, Credentials]] = []
        self.known: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, region: str, credentials: Credentials) -> Any:  # noqa: ANN401 - any client
        self.made.append((service, region, credentials))
        if (service, region) not in self.known:
            self.known[service, region] = self._aws.client(service, region_name=region)
        return self.known[service, region]

    def wire(self, service: str = "stepfunctions") -> Stubber:
        client: Any = self._aws.client(service, region_name="eu-west-1")
        return Stubber(self.known.setdefault((service, "eu-west-1"), client))


class Sts:
    """moto's STS, whose answers' accounts and sessions a test looks at."""

    def __init__(self, aws: Session) -> None:
        self._client = aws.client("sts")
        self.asked: list[dict[str, Any]] = []
        self.minutes = 15

    def assume_role(self, **asked: Any) -> Any:  # noqa: ANN401 - the SDK's own
        self.asked.append(asked)
        answer = self._client.assume_role(**asked)
        answer["Credentials"]["Expiration"] = TurningClock().now() + timedelta(minutes=self.minutes)
        return answer


@pytest.fixture
def clients(aws: Session) -> Clients:
    return Clients(aws)


@pytest.fixture
def sts(aws: Session) -> Sts:
    return Sts(aws)


@pytest.fixture
def members(sts: Sts, clients: Clients) -> AwsMembers:
    return AwsMembers(sts, clients, "aws", TurningClock())


def test_starts_a_members_machine_in_the_members_own_role_and_region(
    members: AwsMembers, sts: Sts, clients: Clients
) -> None:
    with clients.wire() as wire:
        asked = {"stateMachineArn": MACHINE, "name": NAME, "input": json.dumps(REQUEST)}
        wire.add_response("start_execution", {"executionArn": EXECUTION, "startDate": AT}, asked)
        members.start(RUN, MEMBER, NAME, REQUEST)

    [asked_of_sts] = sts.asked
    [(service, region, credentials)] = clients.made
    assert asked_of_sts["RoleArn"] == "arn:aws:iam::111111111111:role/dxmacsec-member-eu-west-1"
    assert asked_of_sts["RoleSessionName"] == "dxmacsec-organisation-1"
    assert asked_of_sts["DurationSeconds"] == 900
    assert (service, region) == ("stepfunctions", "eu-west-1")
    assert credentials.token


def test_a_start_that_was_made_before_is_no_second_one(members: AwsMembers, clients: Clients) -> None:
    with clients.wire() as wire:
        wire.add_client_error("start_execution", "ExecutionAlreadyExists")

        members.start(RUN, MEMBER, NAME, REQUEST)


def test_describes_how_a_members_run_ended(members: AwsMembers, clients: Clients) -> None:
    common = {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "name": NAME, "startDate": AT}
    with clients.wire() as wire:
        wire.add_response("describe_execution", {**common, "status": "RUNNING"}, {"executionArn": EXECUTION})
        wire.add_response("describe_execution", {**common, "status": "SUCCEEDED", "output": '{"status": "PLANNED"}'})
        wire.add_response("describe_execution", {**common, "status": "FAILED", "error": "FleetStopped", "cause": "why"})
        wire.add_client_error("describe_execution", "ExecutionDoesNotExist")

        seen = [members.look(RUN, MEMBER, NAME) for _ in range(4)]

    assert seen == [
        MemberRun("RUNNING"),
        MemberRun("SUCCEEDED", output={"status": "PLANNED"}),
        MemberRun("FAILED", "FleetStopped", "why"),
        None,
    ]
    assert [run.running for run in seen if run] == [True, False, False]


def test_one_turn_takes_the_role_once_and_makes_one_client(members: AwsMembers, sts: Sts, clients: Clients) -> None:
    with clients.wire() as wire:
        for _ in range(3):
            wire.add_client_error("describe_execution", "ExecutionDoesNotExist")
            members.look(RUN, MEMBER, NAME)

    assert (len(sts.asked), len(clients.made)) == (1, 1)


@pytest.mark.parametrize(("run", "member"), [("another-run", MEMBER), (RUN, "222222222222/eu-west-1")])
def test_credentials_are_of_one_member_and_one_run(
    run: str, member: str, members: AwsMembers, sts: Sts, clients: Clients
) -> None:
    with clients.wire() as wire:
        for each in ((RUN, MEMBER), (run, member)):
            wire.add_client_error("describe_execution", "ExecutionDoesNotExist")
            members.look(*each, NAME)

    assert len(sts.asked) == 2


def test_credentials_that_end_soon_are_made_anew(members: AwsMembers, sts: Sts, clients: Clients) -> None:
    sts.minutes = 1
    with clients.wire() as wire:
        for _ in range(2):
            wire.add_client_error("describe_execution", "ExecutionDoesNotExist")
            members.look(RUN, MEMBER, NAME)
            sts.minutes = 15
        assert len(sts.asked) == 1
        members._clock.sleep(1)  # noqa: SLF001 - the adapter's own time
        wire.add_client_error("describe_execution", "ExecutionDoesNotExist")
        members.look(RUN, MEMBER, NAME)

    assert len(sts.asked) == 2


def test_what_a_member_does_not_allow_is_said_and_not_retried(members: AwsMembers, clients: Clients) -> None:
    with clients.wire() as wire:
        wire.add_client_error("start_execution", "AccessDeniedException")
        with pytest.raises(AccessDenied):
            members.start(RUN, MEMBER, NAME, REQUEST)
        wire.add_client_error("describe_execution", "ThrottlingException")
        with pytest.raises(Throttled):
            members.look(RUN, MEMBER, NAME)


def test_a_member_whose_role_is_not_ours_to_take_is_denied(clients: Clients, aws: Session) -> None:
    client = aws.client("sts")
    members = AwsMembers(client, clients, "aws", TurningClock())

    with Stubber(client) as wire:
        wire.add_client_error("assume_role", "AccessDenied", "not authorized to perform: sts:AssumeRole")
        with pytest.raises(AccessDenied, match="become dxmacsec-member-eu-west-1 of 111111111111"):
            members.start(RUN, MEMBER, NAME, REQUEST)


def test_a_sweep_returns_its_figures(members: AwsMembers, clients: Clients) -> None:
    figures = {"counts": {"Compliant": 3}, "statuses": {"COMPLIANT": 3}}
    with clients.wire("lambda") as wire:
        asked = {"FunctionName": SWEEP, "InvocationType": "RequestResponse", "Payload": b"{}"}
        answer = {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(figures).encode())}
        wire.add_response("invoke", answer, asked)

        assert members.sweep(RUN, MEMBER) == figures


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"FunctionError": "Unhandled", "Payload": b'{"errorType": "Throttled"}'}, "sweep .*: Throttled"),
        ({"Payload": b"null"}, "it answered no JSON object"),
        ({"Payload": b"no json"}, "it answered no JSON object"),
    ],
)
def test_a_sweep_that_failed_has_no_figures(
    answer: dict[str, Any], sentence: str, members: AwsMembers, clients: Clients
) -> None:
    with clients.wire("lambda") as wire:
        wire.add_response("invoke", {"StatusCode": 200, **answer, "Payload": io.BytesIO(answer["Payload"])})

        with pytest.raises(UnknownAnswer, match=sentence):
            members.sweep(RUN, MEMBER)


def test_another_partition_is_in_every_arn(sts: Sts, clients: Clients) -> None:
    members = AwsMembers(sts, clients, "aws-us-gov", TurningClock())
    client = clients("stepfunctions", "us-gov-west-1", Credentials("", "", "", AT))

    with Stubber(client) as wire:
        machine = "arn:aws-us-gov:states:us-gov-west-1:222222222222:stateMachine:dxmacsec-RotateFleet"
        asked = {"stateMachineArn": machine, "name": NAME, "input": json.dumps(REQUEST)}
        wire.add_response("start_execution", {"executionArn": EXECUTION, "startDate": AT}, asked)
        members.start(RUN, OTHER, NAME, REQUEST)

    assert sts.asked[0]["RoleArn"].startswith("arn:aws-us-gov:iam::222222222222:role/dxmacsec-member-us-gov-west-1")


def test_credentials_print_nothing_of_themselves() -> None:
    credentials = Credentials("ASIAKEYID", "a secret", "a token", AT)

    assert not any(word in repr(credentials) for word in ("ASIAKEYID", "a secret", "a token"))
