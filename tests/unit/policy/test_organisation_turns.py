from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from dxmacsec.organisation import Action, DueThere, Member, MemberRun, TurnResult
from dxmacsec.policy.organisation_turns import (
    MOST_LEFT_OUT,
    answer_of,
    link_ends,
    member_request,
    next_look,
    result_of_run,
    result_of_sweep,
    turn_name,
    turn_of,
    unreached,
)
from dxmacsec.policy.request import fleet_request

A, B = "111111111111/eu-west-1", "111111111111/ap-southeast-2"
LINK, OTHER = "dxcon-fg5678gh", "dxcon-fh2j4k6m"
UNITS = (DueThere(A, LINK, "north"), DueThere(A, OTHER, "south"))


def a_plan(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a fleet's report
    due = {"link": LINK, "group": "org:paris", "declared": True, "why": "KeyTooOld", "age_days": 100.5}
    return {
        "status": "PLANNED",
        "reason": "Planned",
        "sentence": "This is the plan.",
        "due": [due],
        "spanning": [{"link": LINK, "group": "org:paris", "carries": True}],
        "left_out": [],
        "left_out_counts": {"NotDue": 3},
        "warnings": [f"{OTHER}: dxmacsec:rotate"],
        **more,
    }


@pytest.mark.parametrize("run", ["r", "r" * 46, "r" * 80])
@pytest.mark.parametrize("number", [1, 12_345])
def test_a_name_in_a_member_is_never_too_long(run: str, number: int) -> None:
    assert len(turn_name(run, number, B)) <= 80


def test_names_of_two_rounds_members_or_long_runs_stay_two() -> None:
    names = {turn_name("r" * 79 + end, number, name) for end in "ab" for number in (1, 2) for name in (A, B)}

    assert len(names) == 8
    assert turn_name("run", 1, A) == turn_name("run", 1, A) == "run-1-111111111111-eu-west-1"


def test_what_a_member_is_asked_is_an_input_that_its_machine_takes() -> None:
    ask = fleet_request(member_request(turn_of("run-1", 1, Action.ASK, A, (), None)))
    rotate = fleet_request(member_request(turn_of("run-1", 2, Action.ROTATE, A, (LINK, OTHER), "r" * 256)))

    assert (ask.dry_run, ask.coordinated, ask.by_age) == (True, "run-1", True)
    assert (rotate.links, rotate.wait_for_window, rotate.coordinated) == ((LINK, OTHER), True, "run-1")
    assert not rotate.by_hand
    assert rotate.reason
    assert rotate.reason.startswith("organisation run run-1: rrr")


def test_a_plan_is_an_answer_of_which_links_span_accounts() -> None:
    local = {"link": OTHER, "group": "undeclared", "declared": False, "why": "UnknownAge", "age_days": None}
    run = MemberRun("SUCCEEDED", output=a_plan(due=[*a_plan()["due"], local]))

    answer = answer_of(A, result_of_run(run, Action.ASK))

    assert answer.silence is None
    assert answer.due == (
        DueThere(A, LINK, "org:paris", spanning=True, age_days=100.5),
        DueThere(A, OTHER, "undeclared"),
    )
    assert [(each.link, each.carries) for each in answer.spanning] == [(LINK, True)]
    assert answer.left_out_counts == {"NotDue": 3}
    assert answer.warnings == (f"{A}/{OTHER}: dxmacsec:rotate",)


def test_a_group_that_nobody_declared_spans_nothing_whatever_it_is_called() -> None:
    due = {**a_plan()["due"][0], "declared": False}

    [told] = answer_of(A, result_of_run(MemberRun("SUCCEEDED", output=a_plan(due=[due])), Action.ASK)).due

    assert not told.spanning


@pytest.mark.parametrize(
    ("result", "silence"),
    [
        (None, "gave no answer."),
        (TurnResult("FAILED", "AccessDenied", "PlanFleet: no"), "gave no answer: AccessDenied: PlanFleet: no"),
        (TurnResult("TIMED_OUT", "ExecutionTimedOut", ""), "gave no answer: ExecutionTimedOut"),
        (TurnResult("SUCCEEDED", "NothingDue", ""), "gave no answer: NothingDue"),
    ],
)
def test_anything_but_a_plan_is_silence(result: TurnResult | None, silence: str) -> None:
    assert answer_of(A, result).silence == silence


def test_what_nobody_need_care_about_is_not_carried_and_the_rest_is_cut() -> None:
    left = [{"link": LINK, "reason": "LinkPaused", "sentence": "s" * 900} for _ in range(30)]
    quiet = [{"link": OTHER, "reason": "NotDue", "sentence": ""}]

    result = result_of_run(MemberRun("SUCCEEDED", output=a_plan(left_out=[*quiet, *left])), Action.ASK)

    assert result.report
    assert [each["reason"] for each in result.report["left_out"]] == ["LinkPaused"] * MOST_LEFT_OUT
    assert max(len(out.sentence) for out in answer_of(A, result).left_out) == 160


def test_a_plan_over_as_many_links_as_a_run_takes_is_a_result_that_travels() -> None:
    due = [{**a_plan()["due"][0], "link": f"dxcon-{number:017d}"} for number in range(500)]
    spanning = [{"link": each["link"], "group": "org:" + "g" * 60, "carries": True} for each in due]
    plan = a_plan(due=due, spanning=spanning)

    result = result_of_run(MemberRun("SUCCEEDED", output=plan), Action.ASK)

    assert len(json.dumps(result.report)) < 200_000


@pytest.mark.parametrize(
    ("run", "result"),
    [
        (MemberRun("FAILED", "FleetStopped", "1 failed."), TurnResult("FAILED", "FleetStopped", "1 failed.")),
        (MemberRun("TIMED_OUT"), TurnResult("TIMED_OUT", "ExecutionTimedOut", "")),
        (MemberRun("ABORTED"), TurnResult("ABORTED", "ExecutionAborted", "")),
    ],
)
def test_a_run_that_did_not_succeed_has_its_own_words(run: MemberRun, result: TurnResult) -> None:
    assert result_of_run(run, Action.ROTATE) == result


def test_what_may_be_a_key_in_a_members_words_is_masked() -> None:
    run = MemberRun("FAILED", "FleetStopped", f"the router said {'c0ffee15' * 8}")

    assert "c0ffee15" not in result_of_run(run, Action.ROTATE).sentence
    assert "c0ffee15" not in unreached("Error", f"it said {'c0ffee15' * 8}").sentence


def test_each_link_of_a_turn_that_ended_well_has_its_own_end() -> None:
    results = [{"link": LINK, "rotation": "r-1", "status": "SUCCEEDED", "reason": "Rotated", "sentence": ""}]
    left = [{"link": OTHER, "reason": "LinkPaused", "sentence": "It is paused."}]
    output = {"status": "SUCCEEDED", "reason": "FleetRotated", "sentence": "", "results": results, "left_out": left}
    result = result_of_run(MemberRun("SUCCEEDED", output=output), Action.ROTATE)

    ends = link_ends(UNITS, result, 2)

    assert [(end.name, end.wave, end.status, end.reason, end.rotation) for end in ends] == [
        (f"{A}/{LINK}", 2, "SUCCEEDED", "Rotated", "r-1"),
        (f"{A}/{OTHER}", 2, "LEFT_OUT", "LinkPaused", ""),
    ]


@pytest.mark.parametrize(
    ("units", "result", "status"),
    [
        (UNITS, TurnResult("FAILED", "FleetStopped", ""), "UNSURE"),
        (UNITS[:1], TurnResult("FAILED", "FleetStopped", ""), "FAILED"),
        (UNITS, TurnResult("UNREACHED", "AccessDenied", ""), "UNSURE"),
        (UNITS, TurnResult("FAILED", "OutsideWindow", ""), "POSTPONED"),
        (UNITS, TurnResult("SUCCEEDED", "WindowClosed", "", {"results": []}), "POSTPONED"),
    ],
)
def test_a_link_of_which_a_turn_does_not_speak_is(units: tuple[DueThere, ...], result: TurnResult, status: str) -> None:
    assert {end.status for end in link_ends(units, result, 1)} == {status}


@pytest.mark.parametrize(
    ("since", "seconds"),
    [
        (timedelta(seconds=10), 5),
        (timedelta(minutes=5), 30),
        (timedelta(hours=2), 300),
        (timedelta(days=1), 300),
        (timedelta(days=10), 3000),
    ],
)
def test_a_run_is_looked_at_ever_more_rarely(since: timedelta, seconds: float) -> None:
    assert next_look(since) == seconds


def test_a_turn_of_ninety_days_stays_within_a_history() -> None:
    at, looks = timedelta(), 0
    while at < timedelta(days=90):
        at += timedelta(seconds=next_look(at))
        looks += 1

    assert looks * 9 < 25_000


def test_a_sweeps_links_are_numbers() -> None:
    figures = {"counts": {"Compliant": 2}, "statuses": {"COMPLIANT": 2}, "changed": ["a"], "troubles": [{"link": "a"}]}

    result = result_of_sweep(figures)

    assert result.report
    assert (result.report["changed"], result.report["troubles"], result.report["waiting"]) == (1, 1, 0)


@pytest.mark.parametrize("name", ["", "a", "a/", "/b", "a/b/c"])
def test_a_member_is_an_account_and_a_region(name: str) -> None:
    with pytest.raises(ValueError, match="no account/region"):
        Member.of(name)
