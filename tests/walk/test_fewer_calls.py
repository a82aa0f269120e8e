"""A rotation reads a link once for each thing that it has to know, and not again what it has just read."""

from __future__ import annotations

from collections import Counter

import pytest

from sandbox.twin import CallRecord
from tests.walk.quick import Walk, a_walk
from tests.worlds.estates import LAG, LINK, a_connection, a_lag, a_pair_of_connections

OURS = "dxmacsec"
DESCRIBES = ("DescribeConnections", "DescribeLags", "DescribeInterconnects")


def reads(walk: Walk, link_id: str) -> Counter[str]:
    """Walk a rotation and count, by state, how often the link itself was read."""
    found: Counter[str] = Counter()

    def heard(record: CallRecord) -> None:
        ours = record.principal == OURS and record.operation in DESCRIBES
        if ours and link_id in record.parameters.values():
            found[walk.walker.executions[-1].visited[-1]] += 1

    walk.scene.twin.on_call.append(heard)
    assert walk.rotate().status == "SUCCEEDED"
    return found


@pytest.mark.parametrize("state", ["TakeLock", "PlanRotation", "AssociateKey", "JudgeProof", "RetireKey"])
def test_each_step_reads_a_link_once(state: str) -> None:
    assert reads(a_walk(), LINK)[state] == 1


@pytest.mark.parametrize("state", ["CreateKey", "InstallOnRouter", "ProveOnRouter", "ConfirmOnRouter", "PromoteKey"])
def test_steps_that_need_nothing_of_a_connection_do_not_read_it(state: str) -> None:
    assert reads(a_walk(), LINK)[state] == 0


@pytest.mark.parametrize("state", ["InstallOnRouter", "ProveOnRouter", "ConfirmOnRouter"])
def test_who_asks_for_a_lag_reads_its_members(state: str) -> None:
    assert reads(a_walk(a_lag(), LAG), LAG)[state] == 1


def test_the_answers_judgement_and_the_choice_of_what_leaves_are_of_one_look() -> None:
    assert reads(a_walk(), LINK)["JudgeConfirmation"] == 1


def test_where_several_keys_leave_the_next_is_one_that_the_link_still_lists() -> None:
    found = reads(a_walk(a_connection(keys=2)), LINK)

    assert found["PromoteKey"] == 1


def test_a_plan_that_reads_all_links_for_its_partners_reads_its_own_among_them() -> None:
    assert reads(a_walk(a_pair_of_connections()), LINK)["PlanRotation"] == 0
