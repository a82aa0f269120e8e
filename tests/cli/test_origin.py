from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.records.origin import MOST_PAGES, NEAR, TrailReader, origin_of
from dxmacsec.policy import own_material
from dxmacsec.policy.end_words import ASKED_BY_SECRETS_MANAGER
from tests.cli.played import ROTATE_KEY, PlayedTrail, a_row, an_enforcement, execution
from tests.worlds.estates import LINK

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ARN = execution("r1")


def asked(reason: str | None, version_id: str | None = None) -> dict[str, Any]:
    return a_row(LINK, "r1", START, asked={"link": LINK, "reason": reason, "version_id": version_id}).record


@pytest.mark.parametrize(
    ("name", "record", "trigger", "word"),
    [
        (f"f1-{LINK}", asked("fleet run f1, the key is too old"), "RotateFleet", "a run of RotateFleet: f1"),
        (f"compliance-ab-{LINK}", asked("fleet run compliance-ab, KeyTooOld: x"), "RotateFleet", "compliance handed"),
        ("token", asked(ASKED_BY_SECRETS_MANAGER, "token"), "SecretsManager", "Secrets Manager asked"),
        ("label-e7", asked(own_material.REASON, "v9"), "OwnKey", "(event e7)"),
        (
            f"{LINK}-2026",
            asked("optics (asked by arn:aws:iam::1:user/eve)"),
            "Command",
            "arn:aws:iam::1:user/eve asked",
        ),
        (f"{LINK}-2026", asked("asked by arn:aws:iam::1:user/eve"), "Command", "arn:aws:iam::1:user/eve asked"),
        ("r1", asked("by hand"), "StartExecution", "directly"),
        ("r1", asked(None), "StartExecution", "directly"),
        ("r1", asked("fleet run f1, says a person"), "StartExecution", "directly"),
        ("e1", an_enforcement(LINK, "e1", START, ARN).record, "RotateKey", "part of r1"),
        (f"compliance-{LINK}-3-20260301", an_enforcement(LINK, "e1", START).record, "Compliance", "rotation r1"),
        ("e1", an_enforcement(LINK, "e1", START).record, "StartExecution", "directly"),
    ],
    ids=[
        *("a fleet run", "compliance", "Secrets Manager", "own key material", "the command with a reason"),
        *("the command", "by hand", "no reason", "a reason that only looks like a fleet run's"),
        *("nested", "compliance enforces", "enforced by hand"),
    ],
)
def test_a_name_and_an_input_tell_what_started_it(name: str, record: dict[str, Any], trigger: str, word: str) -> None:
    origin = origin_of(name, record)

    assert origin.trigger == trigger
    assert word in origin.sentence


def test_the_run_over_the_fleet_is_named_for_looking_it_up() -> None:
    assert origin_of(f"f1-{LINK}", asked("fleet run f1, due")).fleet_run == "f1"


def an_event(name: str = "r1", **others: Any) -> dict[str, Any]:  # noqa: ANN401 - members of the event
    record = {
        "eventTime": "2026-03-01T12:00:01Z",
        "eventID": "event-1",
        "userIdentity": {"arn": "arn:aws:sts::1:assumed-role/Net/eve"},
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli/2",
        "requestParameters": {"stateMachineArn": ROTATE_KEY, "name": name},
        **others,
    }
    return {"CloudTrailEvent": json.dumps(record)}


def test_cloudtrail_names_who_called_from_where() -> None:
    trail = PlayedTrail([[an_event("other")], [an_event()]])

    starter = TrailReader(trail).starter(ARN, START)

    assert (starter.who, starter.source_ip, starter.event_id) == (
        *("arn:aws:sts::1:assumed-role/Net/eve", "192.0.2.7", "event-1"),
    )
    assert starter.at == START + timedelta(seconds=1)
    assert not starter.unknown


def test_a_start_without_a_name_is_found_by_the_arn_that_it_answered() -> None:
    event = an_event(requestParameters={"stateMachineArn": ROTATE_KEY}, responseElements={"executionArn": ARN})

    assert TrailReader(PlayedTrail([[event]])).starter(ARN, START).event_id == "event-1"


def test_a_service_is_named_where_nobody_is() -> None:
    event = an_event(userIdentity={"type": "AWSService", "invokedBy": "scheduler.amazonaws.com"})

    assert TrailReader(PlayedTrail([[event]])).starter(ARN, START).who == "scheduler.amazonaws.com"


@pytest.mark.parametrize(
    "event",
    [
        an_event(errorCode="ExecutionAlreadyExists"),
        an_event(requestParameters={"stateMachineArn": "arn:another", "name": "r1"}),
        an_event(requestParameters=None),
    ],
    ids=["refused", "another machine's", "hidden"],
)
def test_another_start_is_not_taken_for_this_one(event: dict[str, Any]) -> None:
    starter = TrailReader(PlayedTrail([[event]])).starter(ARN, START)

    assert "no event of this start" in starter.unknown
    assert not starter.who


def test_a_refusal_is_said_and_stops_nothing() -> None:
    starter = TrailReader(PlayedTrail(refuses="AccessDeniedException")).starter(ARN, START)

    assert starter.unknown == "CloudTrail could not be read (AccessDeniedException)."


def test_only_a_short_time_and_a_few_pages_are_asked_for() -> None:
    trail = PlayedTrail([[an_event("other")]] * (MOST_PAGES + 5))

    starter = TrailReader(trail).starter(ARN, START)

    assert "too many starts" in starter.unknown
    assert len(trail.calls) == MOST_PAGES
    assert {(call["StartTime"], call["EndTime"]) for call in trail.calls} == {(START - NEAR, START + NEAR)}
