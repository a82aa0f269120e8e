from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.later import SqsLater
from dxmacsec.compliance import Change, PromptKind
from dxmacsec.errors import Throttled
from dxmacsec.policy.change_events import read_prompt

if TYPE_CHECKING:
    from boto3 import Session

LINK = "dxcon-fg5678gh"
CHANGE = Change("event-1", "UpdateConnection", "ada", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


@pytest.fixture
def client(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    return aws.client("sqs")


def test_what_is_sent_is_read_as_the_same_change_of_the_same_link(client: Any) -> None:  # noqa: ANN401
    url = client.create_queue(QueueName="changes")["QueueUrl"]

    SqsLater(client, url).look_again(LINK, CHANGE, timedelta(0))

    (message,) = client.receive_message(QueueUrl=url)["Messages"]
    prompt = read_prompt(json.loads(message["Body"]))
    assert (prompt.kind, prompt.links, prompt.change) == (PromptKind.AGAIN, frozenset({LINK}), CHANGE)


@pytest.mark.parametrize(
    ("after", "delay_seconds"),
    [
        (timedelta(seconds=359.2), 360),
        pytest.param(timedelta(hours=1), 900, id="no longer than SQS keeps a message back"),
    ],
)
def test_a_message_comes_after_the_time_that_was_asked_for(after: timedelta, delay_seconds: int, aws: Session) -> None:
    client = aws.client("sqs")
    asked: list[dict[str, Any]] = []
    client.meta.events.register("provide-client-params.sqs.SendMessage", lambda params, **_: asked.append(params))
    url = client.create_queue(QueueName="changes")["QueueUrl"]

    SqsLater(client, url).look_again(LINK, CHANGE, after)

    assert [(each["QueueUrl"], each["DelaySeconds"]) for each in asked] == [(url, delay_seconds)]


def test_a_queue_that_takes_nothing_now_is_tried_again(client: Any) -> None:  # noqa: ANN401
    with Stubber(client) as wire:
        wire.add_client_error("send_message", "ThrottlingException")

        with pytest.raises(Throttled, match=f"have {LINK} looked at again"):
            SqsLater(client, "https://changes").look_again(LINK, CHANGE, timedelta(seconds=1))
