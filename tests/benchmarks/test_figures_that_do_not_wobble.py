"""The aims that hold on every machine alike: counts of transitions, calls and bytes, none of seconds."""

from __future__ import annotations

import json
from datetime import timedelta
from statistics import mean

import pytest

from benchmarks import cost
from benchmarks.figures import Figure, spread
from benchmarks.many_links import a_region, plan
from benchmarks.rotation import OFFSETS, Taken, plain, plain_machines, rotate
from benchmarks.usage import Usage, of_a_sweep
from dxmacsec.handlers.document import write
from dxmacsec.steps.sweep_links import sweep_links

MOST_CALLS_BESIDE_POLLS = 11
"""Eleven, not ten: every one of them is read right before a change, or proves something of its own."""
MOST_POLLS = 112
"""Of a rotation with five minutes of association and five of watching; a look every five seconds made 137."""
PAYLOAD_BYTES = 262_144


@pytest.fixture(scope="module")
def ours() -> Taken:
    return rotate("must_encrypt", 0, bake=timedelta(0))


@pytest.fixture(scope="module")
def plainly() -> Taken:
    with plain_machines():
        return rotate("must_encrypt", 0, bake=timedelta(0), look_seconds=0, poll_seconds=1)


def test_a_rotation_takes_at_most_six_tenths_of_the_transitions_of_plain_polls(ours: Taken, plainly: Taken) -> None:
    assert ours.transitions <= 0.6 * plainly.transitions


def test_a_rotation_knows_within_five_seconds_that_its_key_is_associated(plainly: Taken) -> None:
    behind = [rotate("must_encrypt", offset, bake=timedelta(0)).behind_seconds for offset in OFFSETS]

    assert min(behind) >= 0
    assert mean(behind) <= 5
    assert plainly.behind_seconds <= 30


def test_a_rotation_looks_no_more_often_than_it_did(ours: Taken) -> None:
    assert ours.polls <= MOST_POLLS


def test_a_rotation_makes_no_more_calls_beside_its_polls_than_it_did(ours: Taken) -> None:
    assert ours.calls <= MOST_CALLS_BESIDE_POLLS


def test_the_plain_machine_waits_wherever_ours_looks_again() -> None:
    states = plain("rotate_key")["States"]

    assert states["WaitForAwaitAssociated"] == {"Type": "Wait", "Seconds": 30, "Next": "AwaitAssociated"}
    assert {each["Next"] for each in states["Associated?"]["Choices"]} == {"ProveOnRouter", "WaitForAwaitAssociated"}


@pytest.mark.parametrize("links", [1, 100, 10_000])
def test_a_plan_reads_a_page_for_a_hundred_links_and_fits_a_payload(links: int) -> None:
    _, world, pages = a_region(links)

    planned = plan(world)

    assert pages.calls <= max(1, links // 100) + 3
    assert len(json.dumps(write(planned))) <= PAYLOAD_BYTES
    assert len(planned.due) == min(links, 500)


def test_a_sweep_of_ten_thousand_links_reads_a_page_for_a_hundred() -> None:
    _, world, pages = a_region(10_000, due=False)

    looked = sweep_links(world)

    assert looked.counts == {"Compliant": 10_000}
    assert pages.calls <= 103


def test_the_standing_charge_of_a_link_is_its_key_secret() -> None:
    more = cost.standing(101) - cost.standing(100)

    assert more == {"secret_month": 1}


def test_every_item_that_is_used_has_a_price() -> None:
    rotation = Usage({"state_transition": 100, "lambda_request": 40})

    items = cost.by_item(100, rotation, of_a_sweep(100))

    assert items["secret_month"] == pytest.approx(40)
    assert items["state_transition"] == pytest.approx(100 * (100 * 30.4 / 90) * 0.025e-3)
    assert set(items) <= set(cost.prices())


def test_a_figure_says_whether_its_aim_is_met() -> None:
    assert spread("area", "what", [3, 1, 2], at_most=2).met is True
    assert spread("area", "what", [3, 1, 2], at_most=1.9).met is False
    assert Figure("area", "what", 1).met is None
    assert spread("area", "what", [3, 1, 2]).document()["spread"] == [1, 3]
