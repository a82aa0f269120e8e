from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from dxmacsec.adapters.router_desk import AwsRouterDesk
from dxmacsec.adapters.router_text import router_letter
from dxmacsec.errors import ServiceFault, UnknownAnswer
from dxmacsec.model import RouterMode

if TYPE_CHECKING:
    from boto3 import Session

LINK = "dxcon-fg5678gh"
MESSAGE: dict[str, Any] = {
    "schema": 1,
    "task": "install",
    "task_id": "rotation-1.install.0",
    "task_token": "AQC8/+x=' token",
    "rotation": "rotation-1",
    "link": LINK,
    "link_kind": "connection",
    "ports": [LINK],
    "key_secret": f"dxmacsec/{LINK}",
    "version_id": "11111111-1111-4111-8111-111111111111",
    "ckn": "ab" * 32,
    "old_ckns": ["cd" * 32],
    "deadline": "2026-01-02T03:04:05+00:00",
    "what": "Add this key to the key chain of every port, not preferred.",
}
LETTER = {**MESSAGE, "line": "what passes on dxcon-fg5678gh is in clear."}


class Places:
    """The queue and the topic, and a queue that hears what people are told."""

    def __init__(self, session: Session) -> None:
        self.sqs = session.client("sqs")
        self.sns = session.client("sns")
        self.step_functions = session.client("stepfunctions")
        self.tasks_url = self.sqs.create_queue(QueueName="tasks")["QueueUrl"]
        self.people_url = self.sqs.create_queue(QueueName="people")["QueueUrl"]
        self.topic_arn = self.sns.create_topic(Name="alerts")["TopicArn"]
        people = self.sqs.get_queue_attributes(QueueUrl=self.people_url, AttributeNames=["QueueArn"])
        self.sns.subscribe(TopicArn=self.topic_arn, Protocol="sqs", Endpoint=people["Attributes"]["QueueArn"])
        self.desk = AwsRouterDesk(
            sqs=self.sqs,
            sns=self.sns,
            step_functions=self.step_functions,
            tasks_url=self.tasks_url,
            topic_arn=self.topic_arn,
            key_secret_prefix="dxmacsec/",  # noqa: S106 - a prefix of names
        )

    def received(self, url: str) -> list[dict[str, Any]]:
        return [json.loads(each["Body"]) for each in self.sqs.receive_message(QueueUrl=url).get("Messages", [])]


@pytest.fixture
def places(aws: Session) -> Places:
    return Places(aws)


def test_the_agent_gets_the_task_as_json(places: Places) -> None:
    places.desk.send(RouterMode.AGENT, MESSAGE)

    assert places.received(places.tasks_url) == [MESSAGE]
    assert places.received(places.people_url) == []


def test_the_key_secret_is_named_with_the_stacks_prefix(places: Places) -> None:
    places.desk.send(RouterMode.AGENT, {**MESSAGE, "key_secret": LINK})

    assert places.received(places.tasks_url)[0]["key_secret"] == f"dxmacsec/{LINK}"


def test_people_get_a_letter(places: Places) -> None:
    places.desk.send(RouterMode.MANUAL, LETTER)

    (letter,) = places.received(places.people_url)
    assert letter["Subject"] == f"dxmacsec: install on the router of {LINK}, until 2026-01-02 03:04 UTC"
    assert letter["Message"].startswith(MESSAGE["what"])
    assert places.received(places.tasks_url) == []


def test_in_mode_none_nobody_is_asked(places: Places) -> None:
    places.desk.send(RouterMode.NONE, MESSAGE)

    assert places.received(places.tasks_url) + places.received(places.people_url) == []


def command(letter: str, name: str) -> list[str]:
    return next(shlex.split(line) for line in letter.splitlines() if line.startswith("  aws ") and name in line)


def test_the_letters_commands_survive_the_shell() -> None:
    letter = router_letter(LETTER)

    success = command(letter, "send-task-success")
    failure = command(letter, "send-task-failure")
    reading = command(letter, "get-secret-value")

    assert success[success.index("--task-token") + 1] == MESSAGE["task_token"]
    assert json.loads(success[success.index("--task-output") + 1]) == {
        "task_id": MESSAGE["task_id"],
        "ports": {LINK: "CKN-IN-USE"},
        "by": "YOUR-NAME",
    }
    assert failure[failure.index("--error") + 1] == "RouterFailed"
    assert reading[reading.index("--version-id") + 1] == MESSAGE["version_id"]


def test_a_letter_that_asks_to_prove_names_the_key_but_not_where_its_cak_is() -> None:
    letter = router_letter({**LETTER, "task": "prove"})

    assert MESSAGE["ckn"] in letter
    assert "get-secret-value" not in letter


def test_a_letter_that_asks_to_remove_names_the_old_keys() -> None:
    letter = router_letter({**LETTER, "task": "remove", "ckn": None, "version_id": None})

    assert f"\n  Old CKN:  {MESSAGE['old_ckns'][0]}\n" in letter
    assert "\n  CKN:" not in letter
    assert "the rotation ends well and notes" in letter


def test_declares_an_answer_by_the_token(places: Places) -> None:
    answer = {"task_id": "t", "ports": {LINK: None}, "by": "owner-declared"}
    with Stubber(places.step_functions) as wire:
        wire.add_response("send_task_success", {}, {"taskToken": "token", "output": json.dumps(answer)})

        places.desk.declare("token", answer)

        wire.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist"])
def test_declaring_again_what_is_over_is_harmless(code: str, places: Places) -> None:
    with Stubber(places.step_functions) as wire:
        wire.add_client_error("send_task_success", code)

        places.desk.declare("token", {})

        wire.assert_no_pending_responses()


def test_a_token_that_never_was_is_an_unknown_answer(places: Places) -> None:
    with Stubber(places.step_functions) as wire:
        wire.add_client_error("send_task_success", "InvalidToken")

        with pytest.raises(UnknownAnswer):
            places.desk.declare("token", {})


@pytest.mark.parametrize(("mode", "service"), [(RouterMode.AGENT, "sqs"), (RouterMode.MANUAL, "sns")])
def test_a_place_that_fails_is_a_fault(mode: RouterMode, service: str, places: Places) -> None:
    operation = {"sqs": "send_message", "sns": "publish"}[service]
    with Stubber(getattr(places, service)) as wire:
        wire.add_client_error(operation, "InternalFailure", http_status_code=500)

        with pytest.raises(ServiceFault, match=r"rotation-1\.install\.0"):
            places.desk.send(mode, LETTER)
