"""A part of the fault matrix, the same in every run; `make soak` walks all of it."""

from __future__ import annotations

import pytest

from tests.faults.case import Case, run
from tests.faults.known_gaps import GAPS
from tests.faults.matrix import all_cases, known, part, row_of

WHY = {gap.name: gap.why for gap in GAPS}


@pytest.mark.parametrize("case", part(), ids=lambda case: case.id)
def test_a_trouble_ends_as_the_matrix_says(case: Case) -> None:
    row = row_of(case, run(case))

    assert row == known()[case.id]
    if row.gap:
        pytest.xfail(WHY[row.gap])


def test_every_case_of_the_matrix_has_its_outcome() -> None:
    assert [case.id for case in all_cases() if case.id not in known()] == []


def test_every_fault_and_every_state_is_in_the_part_that_is_always_walked() -> None:
    walked = part()

    assert {case.fault for case in walked} == {case.fault for case in all_cases()}
    assert {(case.road, case.state) for case in walked} == {(case.road, case.state) for case in all_cases()}


def test_every_known_gap_is_still_one() -> None:
    assert {row.gap for row in known().values()} - {""} == set(WHY)
