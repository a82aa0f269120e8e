"""The function HearChange, as SQS calls it: what failed comes again, the rest is forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dxmacsec.errors import ServiceFault
from dxmacsec.handlers import hear_change, wiring
from dxmacsec.handlers.canonical_log import LOGGER
from dxmacsec.model import SHOULD_ENCRYPT
from tests.unit.steps.test_judge_links import FAULT, about, change_mode, settled, standing
from tests.worlds.estates import LINK, PARTNER, a_pair_of_connections
from tests.worlds.scene import Scene
from tests.worlds.trouble import BEFORE

EVENTS = Path(__file__).parents[3] / "events"
CHANGED = (EVENTS / "connection_mode_changed.json").read_text()
OF_PARTNER = CHANGED.replace(LINK, PARTNER)
OWN = (EVENTS / "our_own_call.json").read_text()


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = settled(a_pair_of_connections(declared=False))
    for link in (LINK, PARTNER):
        change_mode(made, SHOULD_ENCRYPT, link)
    monkeypatch.setattr(wiring, "world", lambda: made.world)
    return made


def a_batch(**bodies: str) -> dict[str, Any]:
    """Return a batch as SQS hands it over."""
    return {
        "Records": [
            {"messageId": message, "receiptHandle": "handle", "body": body, "eventSource": "aws:sqs"}
            for message, body in bodies.items()
        ]
    }


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.name == LOGGER.name]


def failed(answer: dict[str, Any]) -> list[str]:
    assert set(answer) == {"batchItemFailures"}
    assert all(set(each) == {"itemIdentifier"} for each in answer["batchItemFailures"])
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_a_batch_that_went_well_is_forgotten(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    answer = hear_change.handler(a_batch(one=CHANGED, two=OF_PARTNER, three=OWN), None)

    assert answer == {"batchItemFailures": []}
    assert len(scene.remedies.enforcements) == 2
    [line] = lines(caplog)
    assert line["levelname"] == "INFO"
    assert {
        name: line[name] for name in ("step", "messages", "failed", "nothing", "changes", "starts", "troubles")
    } == {
        "step": "hear_change",
        "messages": 3,
        "failed": 0,
        "nothing": {"OwnDoing": 1},
        "changes": 2,
        "starts": 2,
        "troubles": 0,
    }


NO_EVENTS = {
    "empty": "",
    "no JSON": "{",
    "a word": "null",
    "a list": "[]",
    "a number": "7",
    "a huge number": "9" * 5000,
    "too deep": "[" * 200_000,
    "deep and closed": '{"source":' * 50_000 + "1" + "}" * 50_000,
}


@pytest.mark.parametrize("body", NO_EVENTS.values(), ids=NO_EVENTS)
def test_a_body_that_is_no_event_comes_again_alone(scene: Scene, body: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = hear_change.handler(a_batch(bad=body, good=CHANGED), None)

    assert failed(answer) == ["bad"]
    assert standing(scene).reasons == ("ModeNotEnforced",)
    done, unreadable = lines(caplog)
    assert done["failed"] == 1
    assert (unreadable["msg"], unreadable["levelname"]) == ("unreadable", "ERROR")
    assert unreadable["message_id"]
    assert unreadable["sentence"]


def test_a_link_in_trouble_has_a_line_and_only_its_messages_come_again(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.trouble.always("remedies.enforce", BEFORE, about(scene, LINK))

    answer = hear_change.handler(a_batch(one=CHANGED, two=OF_PARTNER, three=CHANGED), None)

    assert failed(answer) == ["one", "three"]
    done, trouble = lines(caplog)
    assert (done["failed"], done["troubles"]) == (2, 1)
    assert (trouble["levelname"], trouble["link"], trouble["error"]) == ("ERROR", LINK, "ServiceFault")
    assert trouble["sentence"] == f"no answer about {LINK}"


def test_each_link_in_trouble_has_a_line_of_its_own(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.trouble.always("compliance_ledger.note_standing", BEFORE, FAULT)

    answer = hear_change.handler(a_batch(one=CHANGED, two=OF_PARTNER), None)

    assert failed(answer) == ["one", "two"]
    assert sorted(line["link"] for line in lines(caplog)[1:]) == sorted((LINK, PARTNER))


def test_what_concerns_all_links_fails_the_call_so_that_all_messages_come_again(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.trouble.at("compliance_ledger.acting", BEFORE, FAULT)

    with pytest.raises(ServiceFault):
        hear_change.handler(a_batch(one=CHANGED), None)

    [line] = lines(caplog)
    assert (line["levelname"], line["error"], line["messages"]) == ("WARNING", "ServiceFault", 1)


def test_nothing_of_an_event_is_logged_but_ids(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    hear_change.handler(a_batch(one=CHANGED.replace("aws-cli", "d" * 64)), None)

    assert standing(scene).version == 2
    assert "d" * 64 not in json.dumps(lines(caplog), default=str)
