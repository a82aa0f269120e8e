"""Many letters at once are one, which fits and still names the links."""

from __future__ import annotations

import pytest

from dxmacsec.policy.letters import MOST_LETTERS, MOST_NAMED, Letter, gathered


def letters(number: int) -> list[Letter]:
    return [(f"dxmacsec dxcon-fmany{each:04d}: NoKey", f"text {each}") for each in range(number)]


@pytest.mark.parametrize("number", [0, 1, MOST_LETTERS])
def test_few_letters_go_out_as_they_are(number: int) -> None:
    assert gathered(letters(number)) == tuple(letters(number))


@pytest.mark.parametrize("number", [MOST_LETTERS + 1, MOST_NAMED])
def test_many_letters_are_one_that_names_each_link_and_reason(number: int) -> None:
    [(subject, text)] = gathered(letters(number))

    assert subject == f"dxmacsec: {number} links need somebody"
    assert [line for line in text.splitlines() if line.startswith("- ")] == [
        f"- dxcon-fmany{each:04d}: NoKey" for each in range(number)
    ]
    assert "more." not in text
    assert "docs/runbook.md" in text


@pytest.mark.parametrize("number", [MOST_NAMED + 1, 10_000])
def test_more_than_a_person_reads_are_counted(number: int) -> None:
    [(subject, text)] = gathered(letters(number))

    assert f"{number} links" in subject
    assert text.count("\n- ") == MOST_NAMED
    assert f"… and {number - MOST_NAMED} more." in text
    assert len(text.encode()) < 256 * 1024
    assert len(subject) < 100
