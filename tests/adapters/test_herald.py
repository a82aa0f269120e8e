from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.herald import AwsHerald
from dxmacsec.adapters.sns_text import sns_subject, sns_text
from dxmacsec.errors import ServiceFault, Throttled, UnknownAnswer

if TYPE_CHECKING:
    from boto3 import Session

TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"


@pytest.fixture
def clients(aws: Session) -> dict[str, Any]:
    return {"events": aws.client("events"), "sns": aws.client("sns")}


@pytest.fixture
def herald(clients: dict[str, Any]) -> AwsHerald:
    return AwsHerald(clients["events"], clients["sns"], TOPIC)


def test_puts_an_event_of_ours_on_the_default_bus(herald: AwsHerald, clients: dict[str, Any]) -> None:
    detail = {"link": "dxcon-fg5678gh", "status": "SUCCEEDED"}
    entry = {"Source": "dxmacsec", "DetailType": "MACsec Rotation Ended", "Detail": json.dumps(detail)}
    with Stubber(clients["events"]) as wire:
        wire.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}, {"Entries": [entry]})

        herald.event("MACsec Rotation Ended", detail)

        wire.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "expected"),
    [("ThrottlingException", Throttled), ("InternalFailure", ServiceFault), ("MalformedDetail", UnknownAnswer)],
)
def test_an_event_that_the_bus_did_not_take_is_a_failure(
    code: str, expected: type[Exception], herald: AwsHerald, clients: dict[str, Any]
) -> None:
    refused = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": code, "ErrorMessage": "no"}]}
    with Stubber(clients["events"]) as wire:
        wire.add_response("put_events", refused)

        with pytest.raises(expected, match=f"MACsec Rotation Ended: {code}: no"):
            herald.event("MACsec Rotation Ended", {})


def test_tells_people_by_the_topic(herald: AwsHerald, clients: dict[str, Any]) -> None:
    with Stubber(clients["sns"]) as wire:
        wire.add_response(
            "publish", {"MessageId": "1"}, {"TopicArn": TOPIC, "Subject": "DARK LINE: a", "Message": "text …"}
        )

        herald.alert("DARK LINE:\na", "text …")

        wire.assert_no_pending_responses()


def test_a_topic_that_can_not_be_reached_is_a_fault(herald: AwsHerald, clients: dict[str, Any]) -> None:
    with Stubber(clients["sns"]) as wire:
        wire.add_client_error("publish", "InternalError", http_status_code=500)

        with pytest.raises(ServiceFault):
            herald.alert("a", "b")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("one\ntwo\tthree", "one two three"),
        ("später …", "sp?ter ..."),
        ("bell\x07", "bell"),
        ("x" * 200, "x" * 99),
    ],
)
def test_makes_a_subject_that_sns_takes(text: str, subject: str) -> None:
    assert sns_subject(text) == subject


def test_cuts_a_text_that_is_too_long_between_characters() -> None:
    cut = sns_text("é" * 200_000)

    assert len(cut.encode()) <= 262_144
    assert cut.startswith("éé")
    assert cut.endswith("[cut: the whole text is in the ledger]")
    assert sns_text("short") == "short"
