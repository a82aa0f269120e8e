from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.rotations import AwsRotations
from dxmacsec.errors import AccessDenied, Throttled
from dxmacsec.model import RotationRun

if TYPE_CHECKING:
    from boto3 import Session

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:dxmacsec-RotateKey"
NAME = "11111111-1111-4111-8111-111111111111"
RUN = f"arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateKey:{NAME}"
REQUEST = {"link": "dxcon-fg5678gh", "version_id": NAME}
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def client(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    return aws.client("stepfunctions")


def test_starts_a_rotation_under_its_name(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        asked = {"stateMachineArn": MACHINE, "name": NAME, "input": json.dumps(REQUEST)}
        wire.add_response("start_execution", {"executionArn": RUN, "startDate": AT}, asked)

        assert AwsRotations(client, MACHINE).start(NAME, REQUEST)


def test_a_name_that_was_used_starts_nothing(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_client_error("start_execution", "ExecutionAlreadyExists")

        assert not AwsRotations(client, MACHINE).start(NAME, REQUEST)


def test_a_start_that_aws_puts_off_is_tried_later(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_client_error("start_execution", "ThrottlingException")

        with pytest.raises(Throttled):
            AwsRotations(client, MACHINE).start(NAME, REQUEST)


def test_describes_how_a_rotation_ended(client: Any) -> None:  # noqa: ANN401
    answer = {"executionArn": RUN, "stateMachineArn": MACHINE, "name": NAME, "status": "FAILED", "startDate": AT}
    ended = {"stopDate": AT, "error": "RouterTimedOut", "cause": "nobody answered"}
    with Stubber(client) as wire:
        wire.add_response("describe_execution", {**answer, **ended}, {"executionArn": RUN})

        run = AwsRotations(client, MACHINE).run(NAME)

    assert run == RotationRun(NAME, "FAILED", "RouterTimedOut", "nobody answered", AT)
    assert not run.running
    assert not run.succeeded


def test_a_rotation_that_was_never_started_is_none(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_client_error("describe_execution", "ExecutionDoesNotExist")

        assert AwsRotations(client, MACHINE).run(NAME) is None


def test_a_rotation_that_we_may_not_see_is_denied(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_client_error("describe_execution", "AccessDeniedException")

        with pytest.raises(AccessDenied):
            AwsRotations(client, MACHINE).run(NAME)
