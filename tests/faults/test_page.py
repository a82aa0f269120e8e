"""The page says what is known of every case, and nothing else."""

from __future__ import annotations

from tests.faults.matrix import all_cases, known, of_rows, part
from tests.faults.page import PAGE, render


def test_the_page_is_what_the_outcomes_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_row_of_the_page_is_held_by_a_case_that_is_always_walked() -> None:
    assert of_rows(all_cases()).keys() == of_rows(part()).keys()
    assert set(known().values()) == set(of_rows(part()))
