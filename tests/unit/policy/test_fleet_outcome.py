from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dxmacsec.fleet import DueLink, Fleet, FleetPlan, FleetRequest, LeftOut, LinkResult
from dxmacsec.model import SCHEMA, Verdict
from dxmacsec.policy.fleet_outcome import (
    MOST_SHOWN,
    MOST_WARNINGS,
    fleet_report,
    needs_people,
    of_fleet,
    result_of,
    shown_left_out,
    shown_warnings,
)
from dxmacsec.policy.fleet_words import fleet_letter

LINK = "dxcon-fg5678gh"
DUE = DueLink(LINK, "north", declared=True, why="KeyTooOld", age_days=100)
FLEET = Fleet(SCHEMA, "run", "arn:run", FleetRequest(), datetime(2026, 3, 1, tzinfo=UTC), Verdict("done"))
LEFT = LeftOut(LINK, "HostedConnection", "It is hosted.")


def a_result(reason: str, cause: object) -> LinkResult:
    return LinkResult(LINK, "run-link", "FAILED", reason, cause if isinstance(cause, str) else json.dumps(cause))


@pytest.mark.parametrize(
    ("fleet", "ended"),
    [
        (replace(FLEET, verdict=Verdict("planned")), ("PLANNED", "Planned")),
        (replace(FLEET, verdict=Verdict("refused", "FleetAlreadyRunning")), ("REFUSED", "FleetAlreadyRunning")),
        (replace(FLEET, verdict=Verdict("stop", "FleetStopped")), ("FAILED", "FleetStopped")),
        (replace(FLEET, verdict=Verdict("stop", "WindowClosed")), ("SUCCEEDED", "WindowClosed")),
        (replace(FLEET, verdict=Verdict("stop", "Coordinated")), ("SUCCEEDED", "Coordinated")),
        (FLEET, ("SUCCEEDED", "NothingDue")),
        (replace(FLEET, due=(DUE,)), ("SUCCEEDED", "FleetRotated")),
        (replace(FLEET, due=(DUE,), left_out=(LEFT,)), ("SUCCEEDED", "FleetRotated")),
        (replace(FLEET, request=FleetRequest(links=(LINK,)), left_out=(LEFT,)), ("FAILED", "LinksLeftOut")),
        (
            replace(FLEET, request=FleetRequest(links=(LINK,), coordinated="run"), left_out=(LEFT,)),
            ("SUCCEEDED", "NothingDue"),
        ),
        (
            replace(FLEET, failure={"state": "CheckWave", "Error": "AccessDenied", "Cause": "no"}),
            ("FAILED", "AccessDenied"),
        ),
        (replace(FLEET, failure={"state": "CheckWave", "Error": "KeyError"}), ("FAILED", "StepFailed")),
    ],
)
def test_a_run_ends_as(fleet: Fleet, ended: tuple[str, str]) -> None:
    outcome = of_fleet(fleet)

    assert (outcome.status, outcome.reason) == ended


@pytest.mark.parametrize(
    ("result", "read"),
    [
        (a_result("RouterFailed", "The router said no."), ("FAILED", "RouterFailed", "The router said no.")),
        (a_result("OutsideWindow", "Later."), ("POSTPONED", "OutsideWindow", "Later.")),
        (a_result("MaintenancePlanned", "Later."), ("POSTPONED", "MaintenancePlanned", "Later.")),
        (
            a_result("States.TaskFailed", {"Status": "ABORTED"}),
            ("FAILED", "ExecutionAborted", '{"Status": "ABORTED"}'),
        ),
        (
            a_result("States.TaskFailed", {"Status": "FAILED", "Error": "RouterFailed", "Cause": "No."}),
            ("FAILED", "RouterFailed", "No."),
        ),
        (a_result("States.Timeout", "[1]"), ("FAILED", "States.Timeout", "[1]")),
    ],
)
def test_a_result_says_what_its_rotation_said(result: LinkResult, read: tuple[str, str, str]) -> None:
    shown = result_of(result)

    assert (shown.status, shown.reason, shown.sentence) == read


def test_a_link_that_was_rotated_is_a_result_as_it_is() -> None:
    done = LinkResult(LINK, "run-link", "SUCCEEDED", "Rotated")

    assert result_of(done) == done


def test_what_matters_is_shown_first_and_everything_is_counted() -> None:
    quiet = tuple(LeftOut(f"dxcon-{number:08d}", "NotDue", "Young.") for number in range(MOST_SHOWN))
    paused = LeftOut(LINK, "LinkPaused", "Paused.")

    shown, counts = shown_left_out(FleetPlan(left_out=(*quiet, paused)))

    assert shown[0] == paused
    assert len(shown) == MOST_SHOWN
    assert counts == {"NotDue": MOST_SHOWN, "LinkPaused": 1}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, False),
        ({"left_out_counts": {"NotDue": 4, "NotMacSecCapable": 1, "RotateOff": 1}}, False),
        ({"left_out_counts": {"LinkPaused": 1}}, True),
        ({"warnings": ("dxcon-fg5678gh: dxmacsec:rotate",)}, True),
        ({"verdict": Verdict("stop", "FleetStopped")}, True),
    ],
)
def test_people_hear_of_what_they_can_do_something_about(fields: dict[str, Any], *, told: bool) -> None:
    fleet = replace(FLEET, **fields)

    assert needs_people(fleet, of_fleet(fleet)) is told


def test_the_largest_run_fits_into_a_state() -> None:
    """A payload ends at 256 KiB: every link of the largest run failed, and as many as are shown are left out."""
    links = [f"dxcon-{number:017d}" for number in range(500)]
    fleet = replace(
        FLEET,
        due=tuple(DueLink(link, "g" * 30, declared=True, why="UnknownAge", age_days=100.123) for link in links),
        waves=tuple((link,) for link in links),
        left_out=tuple(LeftOut(link, "PartnerNotEncrypted", "s" * 150) for link in links[:MOST_SHOWN]),
    )
    results = tuple(result_of(LinkResult(link, "n" * 80, "FAILED", "RouterFailed", "s" * 500)) for link in links[:40])
    done = tuple(LinkResult(link, "n" * 80, "SUCCEEDED", "Rotated") for link in links[40:])

    document = json.dumps(fleet_report(replace(fleet, results=(*results, *done)), of_fleet(fleet)))

    assert len(document) < 240_000


def test_a_wrong_tag_on_every_link_is_told_some_times_and_then_counted() -> None:
    warnings = tuple(f"dxcon-{number:08}: dxmacsec:rotate" for number in range(10_000))

    shown = shown_warnings(FleetPlan(warnings=warnings))

    assert shown[:MOST_WARNINGS] == warnings[:MOST_WARNINGS]
    assert shown[MOST_WARNINGS:] == ("9981 more tags were not understood.",)
    assert shown_warnings(FleetPlan(warnings=warnings[:MOST_WARNINGS])) == warnings[:MOST_WARNINGS]


def test_a_letter_counts_what_was_not_told_one_by_one() -> None:
    links = [f"dxcon-{number:08}" for number in range(10_000)]
    warnings = tuple(f"{link}: dxmacsec:rotate" for link in links)
    paused = tuple(LeftOut(link, "LinkPaused", "It is paused.") for link in links[:5_000])
    young = tuple(LeftOut(link, "NotDue", "Its key is young.") for link in links[5_000:])
    plan = FleetPlan(left_out=(*young, *paused), warnings=warnings)
    left_out, counts = shown_left_out(plan)
    fleet = replace(FLEET, left_out=left_out, left_out_counts=counts, warnings=shown_warnings(plan))

    _, text = fleet_letter(fleet, of_fleet(fleet))

    assert "… and 4980 more" in text
    assert "9981 more tags were not understood." in text
    assert text.count("…") == 1
