"""The command itself, and the words, the bounds and the arithmetic that it uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from xml.etree import ElementTree as ET

import pytest
import typer

from benchmarks.__main__ import main
from benchmarks.document import document, figures_of, joined
from benchmarks.figures import Figure, spread
from benchmarks.makespan import makespan, shortest
from benchmarks.plot import picture
from benchmarks.progress import TookTooLong, at_most, quiet_stdout
from benchmarks.readme import ROOT
from benchmarks.words import aims_table, number, whole_table

MISSED = Figure("area", "what", 3, "s", at_most=2, note="because")


def test_json_is_one_document_on_stdout_and_nothing_else() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--only", "restoring", "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )

    printed = json.loads(ran.stdout)

    assert printed["schema"] == 2
    assert {each["area"] for each in printed["figures"]} == {"restoring"}
    assert set(printed["figures"][0]) >= {"area", "what", "value", "unit", "aim", "met", "spread", "rounds", "note"}
    assert "restoring" in ran.stderr


def test_an_unknown_area_is_refused_by_name() -> None:
    with pytest.raises(typer.BadParameter, match="nonsense"):
        main(["nonsense"], as_json=True, into_readme=False)


def test_a_figure_survives_its_document() -> None:
    figures = [MISSED, spread("area", "more", [3, 1, 2], "ms", 5, links=10, wobbles=True)]

    assert figures_of(json.dumps(document(figures))) == figures


def test_a_document_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema"):
        figures_of('{"schema": 1, "figures": []}')


def test_an_area_that_is_measured_anew_replaces_its_figures_where_they_stood() -> None:
    before = [Figure("a", "old", 1), Figure("b", "kept", 1)]

    after = joined(before, [Figure("c", "added", 1), Figure("a", "new", 1)])

    assert [figure.what for figure in after] == ["new", "kept", "added"]


def test_a_run_over_every_area_decides_on_their_order() -> None:
    before = [Figure("a", "old", 1), Figure("b", "old", 1)]

    after = joined(before, [Figure(area, "new", 1) for area in "bca"])

    assert [(figure.area, figure.what) for figure in after] == [("b", "new"), ("c", "new"), ("a", "new")]


def test_an_area_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()

    with pytest.raises(TookTooLong, match="an area"), at_most(0.05, "an area"):
        time.sleep(10)

    assert time.monotonic() - began < 5


def test_what_a_measured_function_or_its_child_prints_is_swallowed(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_stdout():
        os.write(1, b"a log line")
        subprocess.run([sys.executable, "-c", "print('a child')"], check=True)
    os.write(1, b"the document")

    assert capfd.readouterr().out == "the document"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (3, "3"), (0.56701, "0.567"), (0.00375, "0.00375"), (1321.76, "1,322"), (99.96, "100")],
)
def test_numbers_show_the_digits_that_count(value: float, words: str) -> None:
    assert number(value) == words


def test_a_missed_aim_is_said_with_its_reason() -> None:
    assert "| area: what | 3 s | ≤ 2 | **missed**: because |" in aims_table([MISSED, Figure("area", "no aim", 1)])
    assert "no aim" not in aims_table([MISSED, Figure("area", "no aim", 1)])
    assert "| what | 3 s |  | ≤ 2 | **missed**; because |" in whole_table([MISSED])


def test_what_was_measured_for_several_sizes_is_one_row() -> None:
    grown = [Figure("area", "time", value, "ms", links=links) for links, value in ((1, 0.5), (1_000, 70))]

    assert whole_table(grown).splitlines()[0::2] == [
        "| measured of | 1 link | 1,000 links |",
        "| time | 0.5 ms | 70 ms |",
    ]


def test_waves_end_with_their_slowest_link() -> None:
    assert makespan([["a", "b"], ["c"]], {"a": 1, "b": 5, "c": 2}) == 7


def test_no_run_is_shorter_than_its_longest_group_nor_than_its_width_allows() -> None:
    group_of = {"a": "one", "b": "one", "c": "two", "d": "three"}

    assert shortest(group_of, {"a": 3, "b": 4, "c": 1, "d": 1}, width=2) == 7
    assert shortest(group_of, {"a": 3, "b": 3, "c": 5, "d": 5}, width=2) == 8


def test_the_picture_draws_each_point_and_says_itself_in_words() -> None:
    figures = [
        Figure("fleet", f"{name}: {what}", 2.5 * links, links=links)
        for name in ("planning", "sweeping")
        for what in ("time", "memory", "Direct Connect calls")
        for links in (1, 100)
    ]

    root = ET.fromstring(picture(figures))  # noqa: S314 - our own file

    tips = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert len([tip for tip in tips if tip and tip.endswith("links: 250")]) == 6
    assert "Planning 100 links takes 250 ms, 250 MB and 250 calls" in str(root[1].text)
