"""The list of mutants follows the code and the page follows the list; one mutant a promise is really run."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants import page, running
from tests.mutants.catalogue import FEW, MUTANTS
from tests.mutants.mutant import FUNCTIONS, ROOT, Mutant, Promise, StaleError
from tests.mutants.running import Fate, judged

HARMLESS = Mutant(
    Promise.PROVE,
    "nothing at all",
    "policy/proof.py",
    '"""What a router\'s answer proves."""',
    '"""What an answer of a router proves."""',
    "tests/unit/policy/test_proof.py::test_an_answer_is_judged",
)


def source(mutant: Mutant) -> str:
    return (FUNCTIONS / mutant.path).read_text(encoding="utf-8")


def test_every_break_is_of_the_code_as_it_is() -> None:
    stale = []
    for mutant in MUTANTS:
        try:
            mutant.broken(source(mutant))
        except StaleError as error:
            stale.append(str(error))

    assert stale == []


def test_every_break_is_python_in_which_every_name_is_known(tmp_path: Path) -> None:
    for number, mutant in enumerate(MUTANTS):
        (tmp_path / f"mutant_{number}.py").write_text(mutant.broken(source(mutant)), encoding="utf-8")

    command = [str(Path(sys.executable).parent / "ruff"), "check", "--isolated", "--select", "F821,F823", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own linter

    assert (ran.returncode, ran.stdout.strip()) == (0, "All checks passed!")


def test_every_named_test_is_there() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    tests = sorted({mutant.test for mutant in MUTANTS})
    ran = subprocess.run([*command, *tests], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603

    assert (ran.returncode, re.findall(r"ERROR.*", ran.stdout + ran.stderr)) == (0, [])


def test_no_break_is_listed_twice() -> None:
    breaks = Counter((mutant.file, mutant.old, mutant.new, mutant.test) for mutant in MUTANTS)
    sentences = Counter((mutant.promise, mutant.breaks) for mutant in MUTANTS)

    assert [each for each, times in (breaks + sentences).items() if times > 1] == []


def test_every_promise_has_its_breaks() -> None:
    assert {mutant.promise for mutant in MUTANTS} == set(Promise)


def test_the_page_is_the_list() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(MUTANTS)


@pytest.mark.parametrize("mutant", FEW, ids=lambda mutant: mutant.promise.name.lower())
def test_a_break_is_caught_by_the_test_that_is_named(mutant: Mutant) -> None:
    result = judged(mutant)

    assert result.fate is Fate.CAUGHT, result.words


def test_a_break_that_breaks_nothing_survives_and_the_work_tree_stays_as_it_is() -> None:
    before = source(HARMLESS)

    assert judged(HARMLESS).fate is Fate.SURVIVED
    assert source(HARMLESS) == before


def test_a_text_that_is_gone_or_there_twice_is_stale() -> None:
    assert [judged(replace(HARMLESS, old=old)).fate for old in ("no such text", "\n")] == [Fate.STALE, Fate.STALE]


def test_a_test_that_is_not_there_is_no_catch() -> None:
    gone = replace(HARMLESS, test="tests/unit/policy/test_proof.py::test_that_nobody_wrote")

    assert judged(gone).fate is Fate.NOT_RUN


def test_code_that_can_not_be_imported_is_no_catch() -> None:
    broken = replace(HARMLESS, new=f"{HARMLESS.old}\nimport nobody_has_this")

    assert judged(broken).fate is Fate.NOT_RUN


def test_the_tests_pass_on_the_code_as_it_is() -> None:
    code, words = running.run_tests(sorted({mutant.test for mutant in FEW}))

    assert code == running.PASSED, words
