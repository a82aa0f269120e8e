from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.records import executions
from cli.records.executions import ExecutionReader, InState
from dxmacsec.errors import AccessDenied
from tests.cli.played import DENIED, PlayedStepFunctions, entered, execution, left, refusal

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ARN = execution("r1")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def reader(*events: dict[str, Any]) -> ExecutionReader:
    return ExecutionReader(PlayedStepFunctions(events={ARN: list(events)}))


LOOPING = (
    {"type": "ExecutionStarted", "timestamp": at(0)},
    entered("Bake", at(0)),
    left("Bake", at(1)),
    entered("Baked?", at(1), "Choice"),
    left("Baked?", at(1), "Choice"),
    entered("WaitToBake", at(1), "Wait"),
    left("WaitToBake", at(61), "Wait"),
    entered("Bake", at(61)),
    left("Bake", at(64)),
)


def test_visits_of_a_state_are_added_and_choices_left_out() -> None:
    times = reader(*LOOPING).times(ARN)

    assert [(each.state, each.visits, each.seconds, each.entered_at) for each in times] == [
        ("Bake", 2, 4.0, at(0)),
        ("WaitToBake", 1, 60.0, at(1)),
    ]


def test_the_state_in_which_an_execution_was_stopped_lasts_until_then() -> None:
    stopped = {"type": "ExecutionAborted", "timestamp": at(30)}

    (time,) = reader(entered("ProveOnRouter", at(0)), stopped).times(ARN)

    assert (time.state, time.seconds) == ("ProveOnRouter", 30.0)


def test_a_long_history_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executions, "EVENTS_A_PAGE", 2)
    told = ExecutionReader(PlayedStepFunctions(events={ARN: list(LOOPING)}))

    assert sum(each.seconds for each in told.times(ARN)) == 64.0


def test_the_newest_state_is_the_one_that_was_entered_last() -> None:
    events = (*LOOPING, entered("ConfirmOnRouter", at(70)), {"type": "TaskScheduled", "timestamp": at(71)})

    assert reader(*events).now_in(ARN) == InState("ConfirmOnRouter", at(70))


def test_a_choice_is_no_state_in_which_anything_is_done() -> None:
    choice = {"type": "ChoiceStateEntered", "timestamp": at(72), "stateEnteredEventDetails": {"name": "Again?"}}

    assert reader(entered("JudgeProof", at(71)), choice).now_in(ARN) == InState("JudgeProof", at(71))


def test_an_execution_that_is_over_says_where_and_when_it_ended() -> None:
    events = (entered("InstallOnRouter", at(0)), {"type": "ExecutionAborted", "timestamp": at(9)})

    state = reader(*events).now_in(ARN)

    assert state == InState("InstallOnRouter", at(9), over=True)
    assert state.words == "ended at InstallOnRouter"


def test_one_small_page_is_enough_for_the_newest_state() -> None:
    played = PlayedStepFunctions(events={ARN: [entered("TakeLock", at(0))] * 500})

    ExecutionReader(played).now_in(ARN)

    assert [call["maxResults"] for call in played.calls] == [executions.NEWEST_EVENTS]


def test_nothing_that_an_execution_carried_is_asked_for() -> None:
    played = PlayedStepFunctions(events={ARN: list(LOOPING)})

    ExecutionReader(played).times(ARN)
    ExecutionReader(played).now_in(ARN)

    assert [call["includeExecutionData"] for call in played.calls] == [False, False]


def test_an_execution_that_nobody_knows_any_more_is_no_error() -> None:
    nobody = ExecutionReader(PlayedStepFunctions())

    assert (nobody.described(ARN), nobody.now_in(ARN), nobody.times(ARN)) == (None, None, ())


def test_an_input_that_is_no_object_is_none() -> None:
    known = {"status": "FAILED", "startDate": START, "stopDate": at(5), "input": "[1]", "error": "BadInput"}

    described = ExecutionReader(PlayedStepFunctions({ARN: known})).described(ARN)

    assert described is not None
    assert (described.input, described.ended_at, described.error) == ({}, at(5), "BadInput")


def test_whoever_may_not_read_is_told_so() -> None:
    class Forbidden:
        def describe_execution(self, **_: str) -> None:
            raise refusal(DENIED, "DescribeExecution")

        def get_execution_history(self, **_: str) -> None:
            raise refusal(DENIED, "GetExecutionHistory")

    for read in (ExecutionReader(Forbidden()).described, ExecutionReader(Forbidden()).times):
        with pytest.raises(AccessDenied):
            read(ARN)
