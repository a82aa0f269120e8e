"""The drawn road is the road taken, and it costs what it should."""

from __future__ import annotations

import pytest

from sandbox.cloud.journal import Call
from tests.workflow.deployed import Deployed
from tests.workflow.stories import Stories

pytestmark = pytest.mark.deployed

HAPPY_ROAD = [
    *("TakeLock", "Locked?", "PlanRotation", "Planned?", "CreateKey", "InstallOnRouter", "AssociateKey"),
    *("AwaitAssociated", "Associated?", "ProveOnRouter", "JudgeProof", "NewKeyInUse?", "Bake", "Baked?", "WaitToBake"),
    *("ConfirmOnRouter", "JudgeConfirmation", "Confirmed?", "RetireKey", "Removed?", "AwaitRetired", "Retired?"),
    *("PromoteKey", "Promoted?", "AnythingToRemove?", "RemoveFromRouter", "CloseRotation", "Ended?", "Succeeded"),
]
LOOPS = {"AwaitAssociated", "Associated?", "Bake", "Baked?", "WaitToBake", "AwaitRetired", "Retired?"}
MOST_TRANSITIONS = 45
LOOKING = {"await_associated", "bake", "await_retired"}
MOST_CALLS_BESIDE_LOOKS = 24
"""Every step reads the link anew before it decides; the plan lists all links once for the partners, and the lock and
the plan ask for the resiliency groups; the letter that ends a rotation by hand says what the line carries."""

LINK = "dxcon-eventin1"


def test_a_rotation_enters_exactly_the_states_of_the_happy_road(deployed: Deployed, stories: Stories) -> None:
    (ended,) = stories["connection"]

    entered = deployed.states(ended.arn)

    assert list(dict.fromkeys(entered)) == HAPPY_ROAD
    assert {state for state in entered if entered.count(state) > 1} <= LOOPS


def test_an_onboarding_takes_the_same_road_without_retire_key_and_enforces_the_mode(
    deployed: Deployed, stories: Stories
) -> None:
    (ended,) = stories["onboarding"]

    entered = list(dict.fromkeys(deployed.states(ended.arn)))

    without = {"RetireKey", "Removed?", "AwaitRetired", "Retired?", "RemoveFromRouter"}
    expected = [state for state in HAPPY_ROAD if state not in without]
    expected.insert(expected.index("AnythingToRemove?"), "EnforceEncryption")
    assert entered == expected


def test_a_rotation_takes_few_state_transitions(deployed: Deployed, stories: Stories) -> None:
    (ended,) = stories["connection"]

    transitions = len(deployed.states(ended.arn))

    assert len(HAPPY_ROAD) <= transitions <= MOST_TRANSITIONS


def _calls_beside_looks(deployed: Deployed) -> list[Call]:
    """Rotate while nobody else does, and return the Direct Connect calls that were no polls."""
    before = len(deployed.calls())
    assert deployed.rotate(LINK).status == "SUCCEEDED"
    return [call for call in deployed.calls()[before:] if deployed.function_of(call.principal) not in LOOKING]


@pytest.fixture(scope="module")
def beside_looks() -> list[Call]:
    """Return the place where the one measured rotation is kept."""
    return []


@pytest.fixture
def measured(alone: Deployed, beside_looks: list[Call]) -> list[Call]:
    """Return the calls of one rotation that were no polls; it is measured once."""
    if not beside_looks:
        beside_looks += _calls_beside_looks(alone)
    return beside_looks


def test_a_rotation_changes_the_key_chain_twice_and_no_more(measured: list[Call]) -> None:
    changing = [call.action for call in measured if not call.action.startswith(("Describe", "List"))]

    assert changing == ["AssociateMacSecKey", "DisassociateMacSecKey"]


def test_a_rotation_makes_few_direct_connect_calls_beside_its_looks(measured: list[Call]) -> None:
    assert len(measured) <= MOST_CALLS_BESIDE_LOOKS
