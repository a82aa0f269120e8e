"""Who answers for the router: people, by the very command in their letter, or nobody, at the owner's risk."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.twin import Router
from tests.workflow.conftest import Scene, Scenes
from tests.workflow.deployed import Deployed, Ended
from tests.workflow.evidence import every_cak, everything, findings

pytestmark = pytest.mark.deployed

LINK = "dxcon-onekey01"


@dataclass(frozen=True)
class Letter:
    """A router task as a person reads it."""

    subject: str
    text: str

    def command(self, name: str) -> dict[str, str]:
        """Return the options of the one command of this name that the letter shows."""
        (line,) = [line for line in self.text.splitlines() if line.startswith("  aws ") and f" {name} " in line]
        words = shlex.split(line)
        return dict(zip(words[3::2], words[4::2], strict=True))


class Person:
    """Does what the letters say, with what they say and nothing else."""

    def __init__(self, scene: Scene) -> None:
        """Sit at the router of the link, with a terminal."""
        self._scene, self._seen = scene, 0
        self._router: Router = scene.deployed.twin.router(LINK)

    def read(self) -> Letter:
        """Wait for the next letter."""
        letter = self._scene.messages.next_letter(self._seen)
        self._seen += 1
        return Letter(letter["Subject"], letter["Message"])

    def act(self, letter: Letter) -> None:
        """Do at the router what the letter asks for."""
        if "get-secret-value" in letter.text:
            options = letter.command("get-secret-value")
            answer = self._client("secretsmanager").get_secret_value(
                SecretId=options["--secret-id"], VersionId=options["--version-id"]
            )
            self._router.install(**json.loads(answer["SecretString"]))
        lines = [line.split() for line in letter.text.splitlines()]
        if letter.text.startswith("Prefer"):
            (ckn,) = [words[1] for words in lines if words[:1] == ["CKN:"]]
            self._router.prefer(ckn)
            self._scene.deployed.wait_for_session(LINK, ckn)
        if letter.text.startswith("Take the old keys off"):
            for words in lines:
                if words[:2] == ["Old", "CKN:"]:
                    self._router.remove(words[2])

    def answer(self, letter: Letter) -> dict[str, Any]:
        """Type the letter's command, with the CKN in use filled in."""
        options = letter.command("send-task-success")
        output = json.loads(options["--task-output"])
        output |= {"ports": {port: self._router.in_use()[port] for port in output["ports"]}, "by": "jane"}
        self._client("stepfunctions").send_task_success(taskToken=options["--task-token"], output=json.dumps(output))
        return dict(output)

    def fail(self, letter: Letter) -> None:
        """Type the letter's other command."""
        options = letter.command("send-task-failure")
        self._client("stepfunctions").send_task_failure(
            taskToken=options["--task-token"], error=options["--error"], cause=options["--cause"]
        )

    def _client(self, service: str) -> Any:  # noqa: ANN401 - a boto3 client
        return self._scene.deployed.sandbox.client(service)


@pytest.fixture(scope="module")
def by_letters(scenes: Scenes) -> tuple[Scene, list[str], Ended]:
    """Return a rotation that a person answered, with the tasks that the letters asked for."""
    scene = scenes.of("manual")
    person, arn = Person(scene), scene.deployed.start({"link": LINK})
    tasks = []
    for _ in range(4):
        letter = person.read()
        person.act(letter)
        person.answer(letter)
        tasks.append(letter.subject.split()[1])
    return scene, tasks, scene.deployed.ended(arn)


def test_people_answer_by_the_letters_own_command(by_letters: tuple[Scene, list[str], Ended]) -> None:
    scene, tasks, ended = by_letters

    assert tasks == ["install", "prove", "confirm", "remove"]
    assert (ended.status, ended.output["proven_by"]) == ("SUCCEEDED", "router")
    _assert_rotated(scene.deployed, ended)


def test_no_letter_holds_a_cak(by_letters: tuple[Scene, list[str], Ended]) -> None:
    scene, tasks, _ = by_letters

    said = everything(scene)

    assert len([each for each in said if each.place == "letter"]) >= len(tasks)
    assert findings(said, every_cak(scene.deployed)) == []


def test_people_say_that_it_can_not_be_done(scenes: Scenes) -> None:
    scene = scenes.of("manual")
    seen = len(scene.messages.take())
    person, arn = Person(scene), scene.deployed.start({"link": "dxcon-urgent01"})
    person._seen = seen  # noqa: SLF001 - the letters of the test before

    person.fail(person.read())
    ended = scene.deployed.ended(arn)

    assert (ended.status, ended.error) == ("FAILED", "RouterFailed")
    assert "what happened" in ended.cause
    assert len(scene.deployed.keys("dxcon-urgent01")) == 1


def test_nobody_is_asked_where_the_owner_declares_it(scenes: Scenes) -> None:
    scene = scenes.of("none")
    router = scene.deployed.twin.router(LINK)

    def fetch(record: Any) -> None:  # noqa: ANN401 - a call as the twin notes it
        if record.operation == "AssociateMacSecKey":
            router.install(**scene.deployed.pair(LINK, "DxNew"))

    scene.deployed.twin.on_call.append(fetch)
    ended = scene.deployed.rotate(LINK)

    record = scene.deployed.record(LINK, ended)
    assert (ended.status, ended.output["proven_by"], record["proven_by"]) == (
        "SUCCEEDED",
        "owner-declared",
        "owner-declared",
    )
    assert [note for note in record["not_checked"] if "No router was asked" in note]
    assert [letter["Subject"] for letter in scene.messages.take()] == [f"dxmacsec {LINK}: Rotated"]
    assert scene.messages.tasks == []
    _assert_rotated(scene.deployed, ended)


def _assert_rotated(deployed: Deployed, ended: Ended) -> None:
    (listed,) = deployed.keys(LINK)
    assert listed["ckn"] == ended.output["new_ckn"] == deployed.pair(LINK, "AWSCURRENT")["ckn"]
    assert deployed.encryption(LINK) == {"Encryption Up"}
    assert deployed.described(LINK)["encryptionMode"] == "must_encrypt"
    assert deployed.twin.meter.seconds(LINK)[1:] == (0, 0)
