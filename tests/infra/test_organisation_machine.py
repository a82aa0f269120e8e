"""The machine of the organisation: its Distributed Map, what its expressions say, and how long tasks wait."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from infra.asset import ROOT
from infra.names import ORGANISATION_MAP, SHELF_RUNS, snake_case
from sandbox.cloud.jsonata_evaluator import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    Properties = Callable[[str], dict[str, dict[str, Any]]]

MACHINE = json.loads((ROOT / "infra" / "rotate_organisation.asl.json").read_text())
STATES = MACHINE["States"]
WAVE = STATES["TurnMembers"]
TURN = WAVE["ItemProcessor"]["States"]
ITEM = {"schema": 1, "run": "run-1", "member": "123456789012/eu-west-1", "verdict": {"next": "go"}, "result": None}


def said(expression: str, **states: Any) -> Any:  # noqa: ANN401 - any JSON
    """What Step Functions makes of a JSONata expression of the machine, with these `$states`."""
    inner = re.fullmatch(r"{% (.*) %}", expression)
    assert inner
    return evaluate(f"($states := {json.dumps(states)}; {inner[1]})")


def test_a_wave_is_a_distributed_map_of_standard_executions_under_a_fixed_label() -> None:
    assert WAVE["Label"] == ORGANISATION_MAP
    assert len(WAVE["Label"]) <= 40
    assert WAVE["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}


def test_no_member_that_fails_ends_the_wave_of_the_others() -> None:
    assert said(WAVE["ToleratedFailurePercentage"]) == 100
    assert all(state.get("End") or "Next" in state or "Choices" in state for state in TURN.values())
    assert {state["Type"] for state in TURN.values()} == {"Task", "Choice", "Wait", "Pass"}


def test_the_list_is_read_from_the_shelf_and_results_go_to_the_runs_own_folder() -> None:
    document = {"id": "run-1", "items": {"bucket": "shelf", "key": "runs/run-1/items-1.json"}, "most_members": 7}
    reader, writer = WAVE["ItemReader"]["Arguments"], WAVE["ResultWriter"]["Arguments"]

    assert WAVE["ItemReader"]["ReaderConfig"] == {"InputType": "JSON"}
    assert said(reader["Bucket"], input=document) == said(writer["Bucket"], input=document) == "shelf"
    assert said(reader["Key"], input=document) == "runs/run-1/items-1.json"
    assert said(writer["Prefix"], input=document) == f"{SHELF_RUNS}run-1/results"
    assert said(WAVE["MaxConcurrency"], input=document) == 7


def test_of_a_wave_only_the_place_of_its_results_travels_on() -> None:
    result = {
        "MapRunArn": "arn",
        "ResultWriterDetails": {"Bucket": "shelf", "Key": "runs/run-1/results/m/manifest.json"},
    }

    output = said(WAVE["Output"], input={"id": "run-1", "came": None}, result=result)

    assert output == {"id": "run-1", "came": {"bucket": "shelf", "key": "runs/run-1/results/m/manifest.json"}}


@pytest.mark.parametrize("members", [["123456789012/eu-west-1"], ["123456789012/eu-west-1", "210987654321/cn-north-1"]])
def test_the_members_of_the_settings_reach_the_first_function_as_a_list(members: list[str]) -> None:
    expression = STATES["GatherMembers"]["Arguments"]["Payload"]["members"]

    assert said(expression.replace("${Members}", ",".join(members))) == members


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        ('{"errorMessage": "The role is not there.", "errorType": "MemberSilent"}', "The role is not there."),
        ('{"errorMessage": "' + "x" * 500 + '"}', "x" * 160),
        ('{"errorType": "Runtime.ExitError"}', '{"errorType": "Runtime.ExitError"}'),
        ("the function gave no answer", "the function gave no answer"),
    ],
)
def test_a_member_that_could_not_be_asked_is_a_result(cause: str, sentence: str) -> None:
    [caught] = TURN["TurnMember"]["Catch"]

    output = said(caught["Output"], input=ITEM, errorOutput={"Error": "MemberSilent", "Cause": cause})

    assert caught["ErrorEquals"] == ["States.ALL"]
    assert output["result"] == {"status": "UNREACHED", "reason": "MemberSilent", "sentence": sentence, "report": None}
    assert output["verdict"] == {"next": "done", "reason": "Unreached", "sentence": sentence, "wait_seconds": 0}
    assert {**output, "verdict": ITEM["verdict"], "result": None} == ITEM


@pytest.mark.parametrize(
    ("choice", "turns"), [(STATES["Gathered?"], "TurnMembers"), (STATES["Ordered?"], "TurnMembers")]
)
@pytest.mark.parametrize("verdict", ["turn", "refused", "planned", "done", "stop"])
def test_only_a_turn_leads_to_the_members_and_all_else_to_the_report(
    choice: dict[str, Any], turns: str, verdict: str
) -> None:
    [rule] = choice["Choices"]

    taken = rule["Next"] if said(rule["Condition"], input={"verdict": {"next": verdict}}) else choice["Default"]

    assert taken == (turns if verdict == "turn" else "ReportOrganisation")


def test_a_member_is_looked_at_again_only_while_it_works() -> None:
    [rule] = TURN["Turned?"]["Choices"]

    assert said(rule["Condition"], input={"verdict": {"next": "waiting"}}) is True
    assert said(rule["Condition"], input={"verdict": {"next": "done"}}) is False
    assert TURN["WaitForMember"]["Next"] == "TurnMember"


def test_whatever_fails_on_the_way_is_reported_and_the_lock_is_freed() -> None:
    caught = {name: state["Catch"][0]["Next"] for name, state in STATES.items() if "Catch" in state}

    assert caught == {
        "GatherMembers": "RefuseInput",
        "TurnMembers": "ReportOrganisation",
        "OrderMembers": "ReportOrganisation",
        "ReportOrganisation": "NotClosed",
    }


def test_no_task_gives_up_before_its_function_does(of_coordinator: Properties) -> None:
    functions = of_coordinator("AWS::Lambda::Function").values()
    seconds = {function["Handler"].split(".")[-2]: function["Timeout"] for function in functions}
    tasks = {name: state for name, state in {**STATES, **TURN}.items() if state["Type"] == "Task"}

    assert {snake_case(name) for name in tasks} == set(seconds)
    assert not [name for name, task in tasks.items() if task["TimeoutSeconds"] <= seconds[snake_case(name)]]


def test_a_turn_may_last_as_long_as_a_members_sweep(of_coordinator: Properties, properties: Properties) -> None:
    def seconds(of: Properties, handler: str) -> int:
        [function] = [it for it in of("AWS::Lambda::Function").values() if f".{handler}." in it["Handler"]]
        timeout: int = function["Timeout"]
        return timeout

    assert seconds(of_coordinator, "turn_member") >= seconds(properties, "sweep_links")
