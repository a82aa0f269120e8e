"""Whoever follows the page on the first line to the letter: is nothing touched but the link of the step?

The page's table says which settings and which tags hold in each step. They are played through the tags' reading, the
compliance remedy and the fleet's plan, for links in every state that asks for something.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from dxmacsec.compliance import PromptKind, Remedy
from dxmacsec.fleet import FleetRequest
from dxmacsec.model import MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT, Link
from dxmacsec.policy.compliance import Facts, judge
from dxmacsec.policy.fleet import Survey, lay_out
from dxmacsec.policy.remedy import decide
from dxmacsec.policy.tags import Rules, choices
from tests.unit.policy.situations import DOWN, NOW, a_key, a_link, a_port

PAGE = (Path(__file__).parents[2] / "docs" / "first-line.md").read_text(encoding="utf-8")
OTHER = "dxcon-another1"
NEVER = "cron(0 0 1 1 ? 2099)"
DONE = "then"


@dataclass(frozen=True)
class Row:
    """One row of the page's table."""

    step: str
    enforcement: str
    schedule: str
    may_loosen: bool
    own: dict[str, str]
    others: dict[str, str]


def _tags(cell: str) -> dict[str, str]:
    return {f"dxmacsec:{name}": value for name, value in re.findall(r"`([a-z-]+)=([a-z]+)`", cell)}


def _rows() -> list[Row]:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line[:2] == "| "]
    return [
        Row(step, enforcement.strip("`"), schedule.strip("`"), loosen == "`true`", _tags(own), _tags(others))
        for step, enforcement, schedule, loosen, own, others in cells[1:]
        if not step.startswith("-")
    ]


ROWS = _rows()
STEPS = [row for row in ROWS if row.step != DONE]
AS_DEPLOYED = json.loads(PAGE.split("```json\n")[1].split("```")[0])

KEY, FOREIGN = a_key("a", start_on="2024-01-01"), a_key("x", start_on="2024-01-01")
LINKS = {
    "too old, in should_encrypt": a_link(KEY, mode=SHOULD_ENCRYPT),
    "too old, in must_encrypt": a_link(KEY, mode=MUST_ENCRYPT),
    "in no_encrypt": a_link(KEY, mode=NO_ENCRYPT, ports=(a_port(encryption=DOWN),)),
    "without a key": a_link(mode=SHOULD_ENCRYPT, ports=(a_port(encryption=DOWN),)),
    "a key that nobody knows": a_link(FOREIGN, mode=SHOULD_ENCRYPT),
}


def remedy(link: Link, settings: Row, prompt: PromptKind) -> Remedy | None:
    rules = Rules(timedelta(days=AS_DEPLOYED["max_key_age_days"]), settings.may_loosen)
    facts = Facts(link, NOW, rules, keyed_before=True)
    decision = decide(
        judge(facts),
        facts,
        enforcement=settings.enforcement,
        onboard=AS_DEPLOYED["onboard"] == "on",
        paused=None,
        standing=None,
        action_runs=False,
        prompt=prompt,
        windows=(),
    )
    return decision.remedy


def rotated_by_schedule(link: Link, settings: Row) -> bool:
    if settings.schedule == NEVER:
        return False
    rules = Rules(timedelta(days=AS_DEPLOYED["max_key_age_days"]), settings.may_loosen)
    survey = Survey((link,), FleetRequest(), NOW, NOW, rules, 40, timedelta(hours=24), onboard=False)
    return bool(lay_out(survey).due)


def touched(link: Link, tags: dict[str, str], settings: Row, **fields: Any) -> set[str]:  # noqa: ANN401 - of a Link
    """Return everything that the product does to a link by itself."""
    tagged = replace(link, tags=tags, **fields)
    remedies = {remedy(tagged, settings, prompt) for prompt in (PromptKind.SWEPT, PromptKind.CHANGED)} - {None}
    return {str(each) for each in remedies} | ({"by schedule"} if rotated_by_schedule(tagged, settings) else set())


EVERY_LINK = pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)


def test_the_table_names_every_step_of_the_page() -> None:
    numbers = [heading for heading in re.findall(r"^## (\d)\.", PAGE, flags=re.MULTILINE) if heading != "0"]

    assert [row.step for row in ROWS] == [*numbers, DONE]


def test_the_first_deployment_is_the_first_row() -> None:
    first = ROWS[0]

    assert (AS_DEPLOYED["enforcement"], AS_DEPLOYED["schedule"]) == (first.enforcement, first.schedule)
    assert AS_DEPLOYED["tags_may_loosen"] is first.may_loosen is True


@EVERY_LINK
@pytest.mark.parametrize("row", STEPS, ids=[row.step for row in STEPS])
def test_no_other_link_is_touched_in_any_step(row: Row, link: Link) -> None:
    assert touched(link, row.others, row, id=OTHER) == set()


@EVERY_LINK
@pytest.mark.parametrize(("before", "after"), list(pairwise(STEPS)), ids=[row.step for row in STEPS[1:]])
def test_no_other_link_is_touched_between_two_steps_whatever_is_done_first(before: Row, after: Row, link: Link) -> None:
    for settings, tags in product((before, after), (before.others, after.others)):
        assert touched(link, tags, settings, id=OTHER) == set()


@EVERY_LINK
def test_the_first_deployment_touches_nothing_even_where_a_tag_was_forgotten(link: Link) -> None:
    assert touched(link, {}, ROWS[0]) == set()


@EVERY_LINK
@pytest.mark.parametrize(
    ("step", "most"),
    [
        ("1", set()),
        ("2", set()),
        ("3", set()),
        ("4", {str(Remedy.ENFORCE)}),
        ("5", {str(Remedy.ENFORCE)}),
        ("6", {str(Remedy.ENFORCE), str(Remedy.ROTATE), "by schedule"}),
    ],
)
def test_the_link_of_the_step_is_touched_only_as_the_step_says(step: str, most: set[str], link: Link) -> None:
    row = next(each for each in ROWS if each.step == step)

    assert touched(link, row.own, row) <= most


@pytest.mark.parametrize(
    ("step", "does"), [("4", str(Remedy.ENFORCE)), ("6", str(Remedy.ENFORCE)), ("6", "by schedule")]
)
def test_the_link_of_the_step_gets_what_the_step_is_for(step: str, does: str) -> None:
    row = next(each for each in ROWS if each.step == step)

    assert does in touched(LINKS["too old, in should_encrypt"], row.own, row)


@pytest.mark.parametrize("row", STEPS, ids=[row.step for row in STEPS])
def test_no_tag_of_the_page_is_one_that_the_settings_do_not_allow(row: Row) -> None:
    rules = Rules(timedelta(days=365), row.may_loosen)

    assert choices(row.own, rules).warnings == choices(row.others, rules).warnings == ()


def test_at_the_end_no_tag_keeps_a_link_out() -> None:
    end = ROWS[-1]

    assert not end.may_loosen
    assert "by schedule" in touched(LINKS["too old, in should_encrypt"], end.others, end, id=OTHER)
