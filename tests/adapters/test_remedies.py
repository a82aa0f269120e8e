from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.remedies import AwsRemedies
from dxmacsec.errors import AccessDenied, Throttled
from dxmacsec.policy.request import enforcement_request, fleet_request, recovery_request
from tests.worlds.compliance import FakeRemedies

if TYPE_CHECKING:
    from boto3 import Session

STATES = "arn:aws:states:us-east-1:123456789012"
ENFORCE, FLEET = f"{STATES}:stateMachine:EnforceEncryption", f"{STATES}:stateMachine:RotateFleet"
LINKS = ("dxcon-fg5678gh", "dxlag-fgt5r4e3")
AT = datetime(2026, 1, 1, tzinfo=UTC)

RECOVER = f"{STATES}:stateMachine:RecoverLink"
DEAD = f"{STATES}:execution:RotateKey:monday"


@pytest.fixture
def client(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    return aws.client("stepfunctions")


def test_starts_an_enforcement_of_one_link_under_its_name(client: Any) -> None:  # noqa: ANN401
    request = {"link": LINKS[0], "reason": "compliance: ModeNotEnforced"}
    with Stubber(client) as wire:
        asked = {"stateMachineArn": ENFORCE, "name": "compliance-1", "input": json.dumps(request)}
        wire.add_response("start_execution", {"executionArn": "arn", "startDate": AT}, asked)

        arn = AwsRemedies(client, ENFORCE, FLEET, RECOVER).enforce(
            "compliance-1", LINKS[0], "compliance: ModeNotEnforced"
        )

    assert arn == f"{STATES}:execution:EnforceEncryption:compliance-1"
    assert enforcement_request(request) == request


def test_hands_links_to_the_fleet_which_waits_for_their_windows(client: Any) -> None:  # noqa: ANN401
    request = {"links": list(LINKS), "wait_for_window": True, "reason": "compliance: KeyTooOld"}
    with Stubber(client) as wire:
        asked = {"stateMachineArn": FLEET, "name": "compliance-2", "input": json.dumps(request)}
        wire.add_response("start_execution", {"executionArn": "arn", "startDate": AT}, asked)

        arn = AwsRemedies(client, ENFORCE, FLEET, RECOVER).rotate("compliance-2", LINKS, "compliance: KeyTooOld")

    assert arn == f"{STATES}:execution:RotateFleet:compliance-2"
    assert (fleet_request(request).links, fleet_request(request).wait_for_window) == (LINKS, True)


def test_has_a_dead_execution_recovered(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        asked = {"stateMachineArn": RECOVER, "name": "swept-1", "input": json.dumps({"execution": DEAD})}
        wire.add_response("start_execution", {"executionArn": "arn", "startDate": AT}, asked)

        arn = AwsRemedies(client, ENFORCE, FLEET, RECOVER).recover("swept-1", DEAD)

    assert arn == f"{STATES}:execution:RecoverLink:swept-1"
    assert recovery_request({"execution": DEAD}) == DEAD


def test_a_name_that_was_used_is_the_execution_that_it_was(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_client_error("start_execution", "ExecutionAlreadyExists")

        arn = AwsRemedies(client, ENFORCE, FLEET, RECOVER).enforce("compliance-1", LINKS[0], "again")

    assert arn == f"{STATES}:execution:EnforceEncryption:compliance-1"


@pytest.mark.parametrize(
    ("code", "expected"), [("ThrottlingException", Throttled), ("AccessDeniedException", AccessDenied)]
)
def test_a_start_that_failed_is_no_start(code: str, expected: type[Exception], client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_client_error("start_execution", code)

        with pytest.raises(expected, match="start RotateFleet as compliance-2"):
            AwsRemedies(client, ENFORCE, FLEET, RECOVER).rotate("compliance-2", LINKS, "old")


def test_the_tests_own_remedies_start_a_name_once() -> None:
    remedies = FakeRemedies()

    arns = {remedies.enforce("compliance-1", LINKS[0], reason) for reason in ("first", "again")}

    assert arns == {f"{STATES}:execution:EnforceEncryption:compliance-1"}
    assert remedies.enforcements == {"compliance-1": (LINKS[0], "first")}
