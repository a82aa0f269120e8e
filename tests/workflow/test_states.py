"""The drawn road is the road taken, and it costs what it should."""

from __future__ import annotations

import pytest

from tests.workflow.deployed import Deployed
from tests.workflow.stories import LINKS, Stories

pytestmark = pytest.mark.deployed

HAPPY_ROAD = [
    *("TakeLock", "Locked?", "PlanRotation", "Planned?", "CreateKey", "InstallOnRouter", "AssociateKey"),
    *("AwaitAssociated", "Associated?", "ProveOnRouter", "JudgeProof", "NewKeyInUse?", "Bake", "Baked?", "WaitToBake"),
    *("ConfirmOnRouter", "JudgeConfirmation", "Confirmed?", "RetireKey", "Removed?", "AwaitRetired", "Retired?"),
    *("PromoteKey", "Promoted?", "EnforceEncryption", "AnythingToRemove?", "RemoveFromRouter"),
    *("CloseRotation", "Ended?", "Succeeded"),
]
LOOPS = {"AwaitAssociated", "Associated?", "Bake", "Baked?", "WaitToBake", "AwaitRetired", "Retired?"}
MOST_TRANSITIONS = 45
LOOKING = {"await_associated", "bake", "await_retired"}
MOST_CALLS_BESIDE_LOOKS = 20


def test_a_rotation_enters_exactly_the_states_of_the_happy_road(deployed: Deployed, stories: Stories) -> None:
    (ended,) = stories["connection"]

    entered = deployed.states(ended.arn)

    assert list(dict.fromkeys(entered)) == HAPPY_ROAD
    assert {state for state in entered if entered.count(state) > 1} <= LOOPS


def test_an_onboarding_takes_the_same_road_without_retire_key(deployed: Deployed, stories: Stories) -> None:
    (ended,) = stories["onboarding"]

    entered = list(dict.fromkeys(deployed.states(ended.arn)))

    without = {"RetireKey", "Removed?", "AwaitRetired", "Retired?", "RemoveFromRouter"}
    assert entered == [state for state in HAPPY_ROAD if state not in without]


def test_a_rotation_takes_few_state_transitions(deployed: Deployed, stories: Stories) -> None:
    (ended,) = stories["connection"]

    transitions = len(deployed.states(ended.arn))

    assert len(HAPPY_ROAD) <= transitions <= MOST_TRANSITIONS


def test_a_rotation_makes_few_direct_connect_calls_beside_its_looks(deployed: Deployed, stories: Stories) -> None:
    (ended,) = stories["connection"]
    calls = deployed.calls(link=LINKS["connection"])

    changing = [call.action for call in calls if not call.action.startswith("Describe")]
    beside = [call for call in calls if deployed.function_of(call.principal) not in LOOKING]

    assert ended.status == "SUCCEEDED"
    assert changing == ["AssociateMacSecKey", "DisassociateMacSecKey"]
    assert len(beside) <= MOST_CALLS_BESIDE_LOOKS
