"""Do README and docs/performance.md say what the benchmarks measure? What does not wobble is measured again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks import cost, fleet, makespan, payloads, reads, restoring, rotation
from benchmarks.areas import AREAS
from benchmarks.document import recorded
from benchmarks.figures import Figure
from benchmarks.fleet import PLANNING, SIZES, SWEEPING, Job, Taken
from benchmarks.many_links import a_region
from benchmarks.plot import picture
from benchmarks.readme import DOCUMENTS, PICTURE, ROOT, filled
from benchmarks.usage import Usage

AGAIN = "make bench README=1"
RECORDED = recorded()


def calls_of(job: Job) -> list[Figure]:
    """Do a job once for each size; the clock and the memory are not asked."""
    by_size = {}
    for links in SIZES:
        _, world, pages = a_region(links, due=job.due)
        job.do(world)
        by_size[links] = Taken([1.0], 1.0, pages.calls)
    return fleet.figures_of(job, by_size, itself=1.0)


def of_the_fleet() -> list[Figure]:
    return [*calls_of(PLANNING), *calls_of(SWEEPING), *reads.measure(), *payloads.measure(), *makespan.measure()]


MEASURED: dict[str, Callable[[], list[Figure]]] = {
    rotation.AREA: rotation.measure,
    restoring.AREA: restoring.measure,
    fleet.AREA: of_the_fleet,
    cost.AREA: lambda: cost.figures_of(Usage({"state_transition": 1}), dict.fromkeys(cost.FLEETS, Usage())),
}


def steadily(figure: Figure) -> Figure:
    """Return a figure without what is another one in the next run."""
    if not figure.wobbles:
        return figure
    return replace(figure, value=0, low=None, high=None, rounds=1, note="")


@pytest.mark.parametrize("area", MEASURED)
def test_what_does_not_wobble_is_what_the_record_says(area: str) -> None:
    measured = [steadily(each) for each in MEASURED[area]()]

    assert measured == [steadily(each) for each in RECORDED if each.area == area], AGAIN


def test_every_area_is_in_the_record_and_no_other() -> None:
    assert {each.area for each in RECORDED} == {area.AREA for area in AREAS}, AGAIN


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_filled_with_the_record(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert re.search(r"<!-- measured: \w+ -->", text)
    assert filled(text, RECORDED) == text, "python -m benchmarks.readme"


def test_the_picture_is_drawn_from_the_record() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(RECORDED), "python -m benchmarks.readme"


def test_the_readme_has_a_row_for_every_aim_and_says_which_are_missed() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = text.partition("<!-- measured: aims -->")[2].partition("<!-- end: aims -->")[0].splitlines()

    for figure in RECORDED:
        found = [row for row in rows if row.startswith(f"| {figure.area}: {figure.name} | ")]
        assert len(found) == (figure.met is not None), figure.name
        if figure.met is not None:
            assert ("**missed**: " in found[0]) is (not figure.met), figure.name


def test_every_aim_that_is_missed_says_what_stands_in_the_way() -> None:
    assert [each.name for each in RECORDED if each.met is False and not each.note] == []
