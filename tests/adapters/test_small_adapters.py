from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.executions import AwsExecutions
from dxmacsec.adapters.key_maker import KmsKeyMaker
from dxmacsec.adapters.system_clock import SystemClock
from dxmacsec.errors import AccessDenied, Throttled

if TYPE_CHECKING:
    from boto3 import Session

ARN = "arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateKey:rotation-1"
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
ENDED = datetime(2026, 1, 1, 13, 0, tzinfo=timezone(timedelta(hours=1)))


def execution(status: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the answer
    machine = "arn:aws:states:us-east-1:123456789012:stateMachine:dxmacsec-RotateKey"
    named = {"executionArn": ARN, "stateMachineArn": machine, "name": "one"}
    return {**named, "status": status, "startDate": STARTED, **more}


@pytest.mark.parametrize(
    ("answer", "ended_at"),
    [
        pytest.param(execution("RUNNING"), None, id="one that runs has not ended"),
        pytest.param(execution("ABORTED", stopDate=ENDED), datetime(2026, 1, 1, 12, tzinfo=UTC), id="one that ended"),
        pytest.param(execution("FAILED"), None, id="one whose end nobody dates counts as running"),
    ],
)
def test_tells_when_an_execution_ended(answer: dict[str, Any], ended_at: datetime | None, aws: Session) -> None:
    client = aws.client("stepfunctions")
    with Stubber(client) as wire:
        wire.add_response("describe_execution", answer, {"executionArn": ARN})

        assert AwsExecutions(client).ended_at(ARN) == ended_at


def test_an_execution_that_nobody_knows_has_not_ended(aws: Session) -> None:
    client = aws.client("stepfunctions")
    with Stubber(client) as wire:
        wire.add_client_error("describe_execution", "ExecutionDoesNotExist")

        assert AwsExecutions(client).ended_at(ARN) is None


def test_executions_that_we_may_not_see_are_denied(aws: Session) -> None:
    client = aws.client("stepfunctions")
    with Stubber(client) as wire:
        wire.add_client_error("describe_execution", "AccessDeniedException")

        with pytest.raises(AccessDenied):
            AwsExecutions(client).ended_at(ARN)


def test_makes_another_pair_each_time_from_64_bytes_of_kms(aws: Session) -> None:
    client = aws.client("kms")
    with Stubber(client) as wire:
        wire.add_response("generate_random", {"Plaintext": bytes(range(64))}, {"NumberOfBytes": 64})
        wire.add_response("generate_random", {"Plaintext": bytes(64)}, {"NumberOfBytes": 64})
        maker = KmsKeyMaker(client)

        first, second = maker.pair(), maker.pair()

    assert (first.ckn, first.cak.reveal()) == (bytes(range(32)).hex(), bytes(range(32, 64)).hex())
    assert second != first


def test_key_material_that_kms_has_not_now_is_asked_for_later(aws: Session) -> None:
    client = aws.client("kms")
    with Stubber(client) as wire:
        wire.add_client_error("generate_random", "ThrottlingException")

        with pytest.raises(Throttled):
            KmsKeyMaker(client).pair()


def test_the_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


@pytest.mark.parametrize(("asked", "slept"), [(2.5, 2.5), (-1.0, 0)])
def test_sleeps_as_long_as_it_was_told(asked: float, slept: float, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)

    SystemClock().sleep(asked)

    assert waits == [slept]
