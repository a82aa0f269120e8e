from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.histories import EVENTS_A_PAGE, MOST_PAGES, AwsHistories
from dxmacsec.errors import AccessDenied, BadInput
from dxmacsec.model import Past, Travelling, Verdict
from dxmacsec.model.documents import Rotation
from dxmacsec.model.runs import Request

if TYPE_CHECKING:
    from boto3 import Session

HERE = "arn:aws:states:us-east-1:123456789012"
ARN = f"{HERE}:execution:dxmacsec-RotateKey:rotation-1"
CHILD = f"{HERE}:execution:dxmacsec-EnforceEncryption:enforcement-1"
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
ENDED = datetime(2026, 1, 1, 13, 0, tzinfo=timezone(timedelta(hours=1)))
DOCUMENT = {"schema": 1, "id": "rotation-1"}
EARLIER = {"schema": 1, "id": "earlier"}


def read(machine: str, data: Mapping[str, Any]) -> Travelling:
    """Stand for the parser: a document that says which machine's it is."""
    if data["id"] == "odd":
        message = "schema: this version reads 1"
        raise BadInput(message)
    return Rotation(1, data["id"], machine, Request("dxcon-fg5678gh"), STARTED, "dxcon-fg5678gh", Verdict("go"))


def event(number: int, kind: str, **details: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the answer
    return {"id": number, "timestamp": STARTED, "type": kind, **details}


def entered(number: int, name: str, carried: object) -> dict[str, Any]:
    return event(number, "TaskStateEntered", stateEnteredEventDetails={"name": name, "input": json.dumps(carried)})


def left(number: int, name: str, carried: object) -> dict[str, Any]:
    return event(number, "TaskStateExited", stateExitedEventDetails={"name": name, "output": json.dumps(carried)})


def submitted(number: int) -> dict[str, Any]:
    output = json.dumps({"ExecutionArn": CHILD})
    details = {"resourceType": "states", "resource": "startExecution.sync:2", "output": output}
    return event(number, "TaskSubmitted", taskSubmittedEventDetails=details)


def past(aws: Session, *pages: list[dict[str, Any]], machine: str = "dxmacsec-RotateKey") -> Past | None:
    """Read an execution whose history has these pages, the newest event first."""
    client = aws.client("stepfunctions")
    with Stubber(client) as wire:
        wire.add_response(
            "describe_execution",
            {
                "executionArn": ARN,
                "stateMachineArn": f"{HERE}:stateMachine:{machine}",
                "name": "rotation-1",
                "status": "ABORTED",
                "startDate": STARTED,
                "stopDate": ENDED,
                "input": '{"link": "dxcon-fg5678gh"}',
            },
            {"executionArn": ARN},
        )
        for number, page in enumerate(pages):
            asked = {"executionArn": ARN, "reverseOrder": True, "maxResults": EVENTS_A_PAGE}
            asked |= {"nextToken": str(number)} if number else {}
            more = {"nextToken": str(number + 1)} if number + 1 < len(pages) else {}
            wire.add_response("get_execution_history", {"events": page, **more}, asked)
        found = AwsHistories(client, read).past(ARN)
        wire.assert_no_pending_responses()
    return found


def test_the_newest_document_is_the_one_that_counts(aws: Session) -> None:
    found = past(
        aws, [entered(9, "Bake", DOCUMENT), left(8, "NewKeyInUse?", EARLIER), entered(7, "JudgeProof", EARLIER)]
    )

    assert found is not None
    assert isinstance(found.document, Rotation)
    assert (found.document.id, found.document.execution, found.last_state) == ("rotation-1", "RotateKey", "Bake")
    assert (found.status, found.machine, found.input) == ("ABORTED", "RotateKey", {"link": "dxcon-fg5678gh"})
    assert found.ended_at == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_state_that_was_left_just_before_the_stop_is_the_last_one(aws: Session) -> None:
    found = past(aws, [left(9, "RetireKey", DOCUMENT), entered(8, "RetireKey", EARLIER)])

    assert found is not None
    assert isinstance(found.document, Rotation)
    assert (found.document.id, found.last_state) == ("rotation-1", "RetireKey")


def test_what_a_person_typed_is_no_document(aws: Session) -> None:
    found = past(aws, [entered(2, "TakeLock", {"link": "dxcon-fg5678gh"}), event(1, "ExecutionStarted")])

    assert found is not None
    assert (found.document, found.last_state) == (None, "TakeLock")


def test_the_states_before_the_last_one_are_known_as_well(aws: Session) -> None:
    found = past(aws, [entered(9, "CloseRotation", DOCUMENT), entered(6, "RemoveFromRouter", EARLIER)])

    assert found is not None
    assert "RemoveFromRouter" in found.entered


def test_a_nested_execution_that_was_started_is_named(aws: Session) -> None:
    found = past(aws, [submitted(9), entered(8, "EnforceEncryption", DOCUMENT)])

    assert found is not None
    assert found.nested == CHILD


def test_pages_are_read_until_one_holds_a_document(aws: Session) -> None:
    retries = [event(number, "TaskScheduled") for number in range(5)]

    found = past(aws, retries, [entered(3, "Bake", DOCUMENT)])

    assert found is not None
    assert found.document is not None


def test_a_history_without_end_is_not_read_for_ever(aws: Session) -> None:
    client = aws.client("stepfunctions")
    asked: list[object] = []

    class Endless:
        """Always has another page."""

        def describe_execution(self, **_: object) -> dict[str, Any]:
            machine = f"{HERE}:stateMachine:dxmacsec-RotateKey"
            return {"executionArn": ARN, "stateMachineArn": machine, "status": "ABORTED", "startDate": STARTED}

        def get_execution_history(self, **arguments: object) -> dict[str, Any]:
            asked.append(arguments)
            return {"events": [], "nextToken": "more"}

        def __getattr__(self, name: str) -> object:
            return getattr(client, name)

    endless: Any = Endless()
    found = AwsHistories(endless, read).past(ARN)

    assert found is not None
    assert (found.document, len(asked)) == (None, MOST_PAGES)


def test_a_document_of_another_version_is_none_and_says_why(aws: Session) -> None:
    found = past(aws, [entered(9, "Bake", {"schema": 7, "id": "odd"})])

    assert found is not None
    assert (found.document, found.unread) == (None, "schema: this version reads 1")


def test_an_execution_that_nobody_knows_has_no_past(aws: Session) -> None:
    client = aws.client("stepfunctions")
    with Stubber(client) as wire:
        wire.add_client_error("describe_execution", "ExecutionDoesNotExist")

        assert AwsHistories(client, read).past(ARN) is None


def test_a_history_that_we_may_not_read_is_denied(aws: Session) -> None:
    client = aws.client("stepfunctions")
    with Stubber(client) as wire:
        wire.add_client_error("describe_execution", "AccessDeniedException")

        with pytest.raises(AccessDenied):
            AwsHistories(client, read).past(ARN)
