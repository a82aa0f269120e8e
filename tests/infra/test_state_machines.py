"""The drawn machines: complete, reachable, time-limited, and in step with the functions."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk.assertions import Template

from infra.asset import ROOT
from infra.names import snake_case
from infra.permissions.coordinator import ROTATE_ORGANISATION
from infra.permissions.table import ENFORCE_ENCRYPTION, RECOVER_LINK, ROTATE_FLEET, ROTATE_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Properties = Callable[[str], dict[str, dict[str, Any]]]

OF_A_MEMBER = ["RotateKey", "EnforceEncryption", "RotateFleet", "RecoverLink"]
MACHINES = [*OF_A_MEMBER, "RotateOrganisation"]
FINISHED_BY_RECOVERY = {"AwaitRetired", "RestoreKey", "WatchMode", "LowerMode"}
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def text(machine: str) -> str:
    """The machine's file."""
    return (ROOT / "infra" / f"{snake_case(machine)}.asl.json").read_text()


def states(machine: str) -> dict[str, dict[str, Any]]:
    """The machine's states, those inside Map and Parallel states included."""
    return dict(_states(json.loads(text(machine))))


def _states(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in definition["States"].items():
        yield name, state
        for inner in [
            *state.get("Branches", []),
            *([state["ItemProcessor"]] if "ItemProcessor" in state else []),
        ]:
            yield from _states(inner)


def successors(state: dict[str, Any]) -> set[str]:
    """The names of the states that may come directly after `state`."""
    ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
    following = {way["Next"] for way in ways if "Next" in way} | {state[key] for key in ["Default"] if key in state}
    for inner in [
        *state.get("Branches", []),
        *([state["ItemProcessor"]] if "ItemProcessor" in state else []),
    ]:
        following.add(inner["StartAt"])
    return following


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_can_be_reached(machine: str) -> None:
    drawn = states(machine)
    reached: set[str] = set()
    waiting = {json.loads(text(machine))["StartAt"]}

    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= successors(drawn[name]) - reached

    assert reached == set(drawn)


@pytest.mark.parametrize("machine", MACHINES)
def test_machine_is_jsonata_and_every_state_says_what_it_is_for(machine: str) -> None:
    definition = json.loads(text(machine))

    assert definition["QueryLanguage"] == "JSONata"
    assert definition["Comment"]
    assert not [name for name, state in states(machine).items() if not state.get("Comment")]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("must_have", ["TimeoutSeconds", "Retry", "Catch"])
def test_every_task_has_a_time_out_a_retry_and_a_catch(machine: str, must_have: str) -> None:
    tasks = {name: state for name, state in states(machine).items() if state["Type"] == "Task"}

    assert tasks
    assert not [name for name, task in tasks.items() if must_have not in task]


@pytest.mark.parametrize("machine", OF_A_MEMBER)
def test_no_task_gives_up_before_its_function_does(machine: str, sandboxed: Template) -> None:
    functions = sandboxed.find_resources("AWS::Lambda::Function").values()
    of_a_state = {snake_case(function_id) for function_id in (*ROTATE_KEY, *ENFORCE_ENCRYPTION, *ROTATE_FLEET)}
    longest = max(
        function["Properties"]["Timeout"]
        for function in functions
        if function["Properties"]["Handler"].split(".")[-2] in of_a_state
    )

    limits = [state["TimeoutSeconds"] for state in states(machine).values() if state["Type"] == "Task"]

    assert longest == 60 + 30
    assert all(limit > longest for limit in limits if isinstance(limit, int))


@pytest.mark.parametrize("machine", MACHINES)
def test_every_placeholder_is_filled_and_none_is_left_over(
    properties: Properties, of_coordinator: Properties, machine: str
) -> None:
    kind = "AWS::StepFunctions::StateMachine"
    found = {**properties(kind), **of_coordinator(kind)}.values()

    [deployed] = [it for it in found if it["StateMachineName"] == f"dxmacsec-{machine}"]

    assert deployed["DefinitionString"] == text(machine)
    assert set(deployed["DefinitionSubstitutions"]) == set(PLACEHOLDER.findall(text(machine)))


def test_every_function_is_called_by_one_machine_and_what_a_recovery_finishes_by_two() -> None:
    called = {
        machine: {name.removesuffix("Arn") for name in PLACEHOLDER.findall(text(machine)) if name.endswith("Arn")}
        for machine in MACHINES
    }

    assert called["RotateKey"] - {"EnforceEncryption"} == set(ROTATE_KEY)
    assert called["EnforceEncryption"] == set(ENFORCE_ENCRYPTION)
    assert called["RotateFleet"] - {"RotateKey"} == set(ROTATE_FLEET)
    assert called["RecoverLink"] - FINISHED_BY_RECOVERY == set(RECOVER_LINK)
    assert called["RecoverLink"] > FINISHED_BY_RECOVERY
    assert called["RotateOrganisation"] == set(ROTATE_ORGANISATION)


@pytest.mark.parametrize("of", ["properties", "of_coordinator"])
def test_machine_may_call_the_functions_that_it_names_and_no_others(request: pytest.FixtureRequest, of: str) -> None:
    properties: Properties = request.getfixturevalue(of)
    roles = properties("AWS::IAM::Role")

    for machine in properties("AWS::StepFunctions::StateMachine").values():
        [policy] = roles[machine["RoleArn"]["Fn::GetAtt"][0]]["Policies"]
        [invoke] = [it for it in policy["PolicyDocument"]["Statement"] if it["Sid"] == "InvokeFunctions"]
        functions = [arn for arn in machine["DefinitionSubstitutions"].values() if "Fn::GetAtt" in arn]
        assert sorted(invoke["Resource"], key=str) == sorted(functions, key=str)


@pytest.mark.parametrize("of", ["properties", "of_coordinator"])
def test_machines_are_standard_and_log_no_execution_data(request: pytest.FixtureRequest, of: str) -> None:
    properties: Properties = request.getfixturevalue(of)
    for machine in properties("AWS::StepFunctions::StateMachine").values():
        assert machine["StateMachineType"] == "STANDARD"
        assert machine["LoggingConfiguration"]["Level"] == "ERROR"
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
        assert machine["TracingConfiguration"] == {"Enabled": True}


def test_of_a_routers_answer_only_the_known_fields_travel_on() -> None:
    asking = [state for state in states("RotateKey").values() if state.get("Resource", "").endswith("waitForTaskToken")]
    weighed = "$length($string($states.result)) > 16384 ? {} : "
    outputs = [state["Output"].replace(weighed, "") for state in asking]
    taken = [re.findall(r"\$states\.result(?:\.(\w+))?", output) for output in outputs]

    assert len(asking) == 5
    assert set().union(*taken) == {"task_id", "ports", "by"}
    assert sum(weighed in state["Output"] for state in asking) == 4, "an answer that travels on is weighed first"


def test_every_task_of_a_function_retries_the_same_faults() -> None:
    known = {
        error
        for machine in MACHINES
        for state in states(machine).values()
        if "lambda:invoke" in str(state.get("Resource"))
        for error in [tuple(tuple(retry["ErrorEquals"]) for retry in state["Retry"])]
    }

    assert len(known) == 1
