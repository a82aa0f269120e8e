from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dxmacsec.model import SCHEMA, Verdict
from dxmacsec.organisation import DueThere, LeftThere, LinkEnd, Organisation, OrganisationRequest, Shelved, TurnEnd
from dxmacsec.policy.organisation_course import Course
from dxmacsec.policy.organisation_outcome import (
    MOST_SHOWN,
    needs_people,
    of_organisation,
    organisation_report,
    short_report,
)
from dxmacsec.policy.organisation_words import organisation_letter, tells_of_organisation

A, B = "111111111111/eu-west-1", "222222222222/eu-west-1"
LINK = "dxcon-fg5678gh"
AT = datetime(2026, 3, 1, tzinfo=UTC)
RUN = Organisation(SCHEMA, "run", "arn:run", AT, OrganisationRequest(), Verdict("done"), 100)
COURSE = Course((A, B))
DONE = LinkEnd(A, LINK, 1, "SUCCEEDED", "Rotated")
SHELF = Shelved("shelf", "runs/run/report.json")


def a_turn(status: str = "FAILED", reason: str = "FleetStopped") -> TurnEnd:
    return TurnEnd(A, 1, status, reason, "1 failed.")


def reported(course: Course, document: Organisation = RUN) -> dict[str, Any]:
    return organisation_report(document, course, of_organisation(document, course))


@pytest.mark.parametrize(
    ("document", "course", "ended"),
    [
        (RUN, COURSE, ("SUCCEEDED", "NothingDue")),
        (RUN, replace(COURSE, ends=(DONE,), turns=(a_turn("SUCCEEDED", ""),)), ("SUCCEEDED", "OrganisationRotated")),
        (RUN, replace(COURSE, turns=(a_turn(),)), ("FAILED", "TurnFailed")),
        (RUN, replace(COURSE, turns=(a_turn("UNREACHED", "AccessDenied"),)), ("FAILED", "TurnFailed")),
        (RUN, replace(COURSE, turns=(a_turn(), a_turn("FAILED", "WindowClosed"))), ("FAILED", "TurnFailed")),
        (RUN, replace(COURSE, turns=(a_turn("FAILED", "OutsideWindow"),)), ("SUCCEEDED", "NothingDue")),
        (
            RUN,
            replace(COURSE, turns=(a_turn("SUCCEEDED", ""),), ends=(replace(DONE, status="FAILED"),)),
            ("FAILED", "TurnFailed"),
        ),
        (RUN, replace(COURSE, silent={B: "gave no answer."}), ("FAILED", "MembersSilent")),
        (RUN, replace(COURSE, silent={B: "gave no answer."}, turns=(a_turn(),)), ("FAILED", "TurnFailed")),
        (RUN, replace(COURSE, members=(A,), others=(B,), silent={B: "gave none."}), ("SUCCEEDED", "NothingDue")),
        (
            RUN.to("refused", "OrganisationAlreadyRunning", "It is."),
            COURSE,
            ("REFUSED", "OrganisationAlreadyRunning"),
        ),
        (RUN.to("planned"), replace(COURSE, silent={B: "gave no answer."}), ("PLANNED", "Planned")),
        (replace(RUN, request=OrganisationRequest(sweep=True)), COURSE, ("SUCCEEDED", "OrganisationSwept")),
        (
            replace(RUN, failure={"state": "OrderMembers", "Error": "AccessDenied", "Cause": "no"}),
            replace(COURSE, turns=(a_turn(),)),
            ("FAILED", "AccessDenied"),
        ),
    ],
)
def test_a_run_ends(document: Organisation, course: Course, ended: tuple[str, str]) -> None:
    outcome = of_organisation(document, course)

    assert (outcome.status, outcome.reason) == ended
    assert outcome.sentence


def test_the_sentence_of_a_failure_names_the_account_and_what_was_not_touched() -> None:
    course = replace(COURSE, turns=(a_turn(),), not_touched=(DueThere(B, LINK, "north"),), silent={B: "gave none."})

    assert of_organisation(RUN, course).sentence == (
        f"The turns of 1 member failed; 1 link not touched; 1 member could not be asked. {A}: FleetStopped: 1 failed."
    )


def test_links_are_named_by_account_region_and_id() -> None:
    course = replace(
        COURSE,
        ends=(DONE,),
        left_out=(LeftThere(B, LINK, "LinkPaused", "It is paused."),),
        not_touched=(DueThere(B, "dxcon-fh2j4k6m", "north"),),
        out=(DueThere(A, "dxcon-ffw7x8y9", "north"),),
    )

    report = reported(course)

    assert [each["link"] for each in report["results"]] == [f"{A}/{LINK}"]
    assert [each["link"] for each in report["left_out"]] == [f"{B}/{LINK}"]
    assert report["not_touched"] == [f"{B}/dxcon-fh2j4k6m"]
    assert report["under_way"] == [f"{A}/dxcon-ffw7x8y9"]


def test_what_members_left_out_is_counted_once_beside_what_the_coordinator_did() -> None:
    course = replace(
        COURSE,
        left_out=(LeftThere(B, LINK, "LinkPaused", ""), LeftThere(A, LINK, "PartnerUnknown", "")),
        left_out_counts={"LinkPaused": 1, "NotDue": 40},
    )

    assert reported(course)["left_out_counts"] == {"LinkPaused": 1, "NotDue": 40, "PartnerUnknown": 1}


def test_a_report_of_ten_thousand_links_travels_and_says_where_the_whole_one_lies() -> None:
    sentence = "s" * 160
    ends = tuple(LinkEnd(A, f"dxcon-{each:017d}", 1, "SUCCEEDED", "Rotated", sentence) for each in range(10_000))
    left = tuple(LeftThere(A, f"dxcon-{each:017d}", "LinkPaused", sentence) for each in range(10_000))
    waiting = tuple(DueThere(A, f"dxcon-{each:017d}", "g" * 256) for each in range(10_000))
    course = replace(
        COURSE,
        ends=ends,
        left_out=left,
        not_touched=waiting,
        out=waiting,
        open=waiting,
        silent=dict.fromkeys((f"{each:012d}/eu-west-1" for each in range(10_000)), sentence),
        warnings=(sentence,) * 10_000,
    )
    whole = reported(course)

    short = short_report(whole, SHELF)

    assert len(whole["results"]) == 10_000
    assert len(short["results"]) == MOST_SHOWN
    assert short["counts"]["rotated"] == 10_000
    assert short["shelf"] == {"bucket": "shelf", "key": "runs/run/report.json"}
    assert len(json.dumps(short)) < 100_000


@pytest.mark.parametrize(
    ("course", "needed"),
    [
        (COURSE, False),
        (replace(COURSE, left_out_counts={"NotDue": 3, "RotateOff": 1, "NextRun": 1}), False),
        (replace(COURSE, left_out_counts={"LinkPaused": 1}), True),
        (replace(COURSE, left_out=(LeftThere(A, LINK, "PartnerUnknown", ""),)), True),
        (replace(COURSE, ends=(replace(DONE, status="POSTPONED", reason="OutsideWindow"),)), True),
        (replace(COURSE, ends=(replace(DONE, status="POSTPONED", reason="FleetAlreadyRunning"),)), False),
        (replace(COURSE, warnings=("a tag",)), True),
        (replace(COURSE, turns=(a_turn(),)), True),
    ],
)
def test_people_hear_of_what_needs_them(course: Course, needed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    whole = reported(course)

    assert needs_people(whole) is needed
    assert tells_of_organisation(whole) is needed


def test_people_hear_of_keys_that_were_changed_and_have_nothing_to_do() -> None:
    whole = reported(replace(COURSE, ends=(DONE,)))

    subject, text = organisation_letter(RUN, whole)

    assert tells_of_organisation(whole)
    assert not needs_people(whole)
    assert subject == "dxmacsec organisation: OrganisationRotated"
    assert "What to do: nothing." in text
    assert f"{A}/{LINK}: SUCCEEDED Rotated" in text
    assert "aws stepfunctions" not in text


def test_a_letter_of_a_failure_says_where_what_was_not_touched_and_what_to_type() -> None:
    course = replace(
        COURSE,
        turns=(a_turn(),),
        not_touched=tuple(DueThere(B, f"dxcon-{each:08d}", "north") for each in range(30)),
        silent={B: "gave no answer: AccessDenied"},
    )

    _, text = organisation_letter(RUN, reported(course))

    assert f"{A}: FleetStopped" in text
    assert f"Not touched:\n  {B}/dxcon-00000000" in text
    assert "… and 10 more" in text
    assert f"{B} gave no answer: AccessDenied" in text
    assert "$(out RotateOrganisationArn)" in text
    assert text.endswith("heading TurnFailed.")


def test_a_letter_counts_links_that_members_left_out_without_naming_them() -> None:
    left = tuple(LeftThere(A, f"dxcon-{number:08}", "LinkPaused", "It is paused.") for number in range(20))
    counts = {"LinkPaused": 300, "NotDue": 40, "HostedConnection": 7}
    whole = reported(replace(COURSE, left_out=left, left_out_counts=counts))

    _, text = organisation_letter(RUN, whole)

    assert "… and 280 more" in text
