"""What is promised, and the document that programs read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.demo.promises import always_associated, drift_promises, promises
from sandbox.demo.report import Report
from sandbox.demo.sights import Traffic
from sandbox.demo.verdicts import Verdict
from tests.sandbox.demo_builders import CALM, GOOD, NEW, OLD, a_drift, a_link, a_proof, a_run, an_enforcement, at, lives


def test_every_promise_is_kept_by_a_good_rotation() -> None:
    assert all(promise.kept for promise in promises([a_proof()]))


@pytest.mark.parametrize(
    ("broken", "changes"),
    [
        ("every rotation ended SUCCEEDED", {"run": a_run(status="FAILED")}),
        ("not a second was clear or dropped", {"traffic": Traffic(30, 0, 0.1)}),
        ("not a second was clear or dropped", {"traffic": Traffic(30, 0.1, 0)}),
        ("never fewer than one associated key", {"lives": []}),
        ("must_encrypt, Encryption Up, exactly one key", {"link": replace(a_link(), mode="should_encrypt")}),
        ("must_encrypt, Encryption Up, exactly one key", {"link": replace(a_link(), encryption="Encryption Down")}),
        ("AWSCURRENT holds the CKN that Direct Connect lists", {"current_ckn": None}),
    ],
)
def test_a_broken_promise_names_its_link_and_fails_the_demonstration(broken: str, changes: dict[str, Any]) -> None:
    made = promises([a_proof(**changes)])

    report = Report([], [a_run()], {}, {}, made)
    assert [(promise.sentence, promise.broken_on) for promise in made if not promise.kept] == [(broken, ("north-a",))]
    assert report.exit_code == 1


def test_a_gap_between_two_keys_is_no_coverage() -> None:
    first, second = lives()

    assert always_associated([first, second])
    assert not always_associated([first, replace(second, associated_at=at(13))])
    assert not always_associated([first])


def test_the_document_has_the_fields_that_programs_read() -> None:
    report = Report([a_link()], [a_run()], {"dxcon-north-a": 31}, {"dxcon-north-a": CALM}, promises([a_proof()]))

    assert report.exit_code == 0
    assert report.to_json() == {
        "links": [
            {
                "id": "dxcon-north-a",
                "kind": "connection",
                "mode": "must_encrypt",
                "encryption": "Encryption Up",
                "associated_keys": 1,
            }
        ],
        "rotations": [
            {
                "link": "dxcon-north-a",
                "status": "SUCCEEDED",
                "reason": "Rotated",
                "old_ckn": OLD,
                "new_ckn": NEW,
                "proven_by": None,
                "answered_by": [],
                "state_transitions": 4,
                "dx_calls": 31,
                "seconds": 20.0,
            }
        ],
        "traffic": {"dxcon-north-a": {"encrypted_seconds": 30.0, "clear_seconds": 0.0, "dropped_seconds": 0.0}},
        "drifts": [],
        "verdicts": [],
        "promises": [{"sentence": each.sentence, "broken_on": (), "kept": True} for each in promises([a_proof()])],
    }


def test_the_document_tells_each_drift() -> None:
    drift = a_drift(heard_at=None, swept_at=at(2))
    verdict = Verdict(drift.link.id, "COMPLIANT", GOOD, "It is fine.")
    carried = {drift.link.id: Traffic(19.0, 0.0, 0.0)}

    document = Report([], [], {}, {}, (), [drift], carried, [verdict]).to_json()

    (told,) = document["drifts"]
    assert (told["link"], told["set_to"], told["set_by"]) == (drift.link.id, "should_encrypt", "person")
    assert (told["found_by"], told["mended_seconds"]) == ("sweep", 9.2)
    assert told["verdicts"][0] == {
        "before": ["Compliant"],
        "after": ["ModeNotEnforced"],
        "sentence": "dxcon-north-a is what it is.",
        "call": "UpdateConnection",
        "by": "user/person",
        "did": "enforce",
        "seconds": 1.3,
    }
    assert told["enforcements"] == [{"execution": "arn:compliance-1", "status": "SUCCEEDED", "reason": "Enforced"}]
    assert (told["seconds"]["swept"], told["seconds"]["back"], told["seconds"]["over"]) == (2.0, 9.2, 19.0)
    assert told["traffic"] == {"encrypted_seconds": 19.0, "clear_seconds": 0.0, "dropped_seconds": 0.0}
    assert document["verdicts"] == [
        {"link": drift.link.id, "status": "COMPLIANT", "reasons": GOOD, "sentence": "It is fine."}
    ]


BACK = "every drift is back at must_encrypt, by one enforcement each"
UNHARMED = "not a second of a drift was clear or dropped"
TOLD = "every drift was told when it came and when it was over"
KEPT = "every link that can be is Compliant in the ledger"


def drift_report(**changes: Any) -> list[tuple[str, tuple[str, ...]]]:  # noqa: ANN401 - fields of several types
    """Return the promises about drifts that are broken, and on which links."""
    drift = a_drift(**changes.pop("drift", {}))
    given: dict[str, Any] = {
        "drifts": [drift],
        "traffic": {drift.link.id: CALM},
        "links": [a_link()],
        "kept": [Verdict(drift.link.id, "COMPLIANT", GOOD, "")],
    }
    made = drift_promises(**{**given, **changes})
    assert [promise.sentence for promise in made] == [BACK, UNHARMED, TOLD, KEPT]
    broken = [(promise.sentence, promise.broken_on) for promise in made if not promise.kept]
    assert Report([], [], {}, {}, made).exit_code == (1 if broken else 0)
    return broken


def test_a_mended_drift_keeps_every_promise() -> None:
    assert drift_report() == []


@pytest.mark.parametrize(
    ("broken", "changes"),
    [
        (BACK, {"drift": {"back": None}}),
        (BACK, {"drift": {"enforcements": ()}}),
        (BACK, {"drift": {"enforcements": (an_enforcement(), an_enforcement())}}),
        (BACK, {"drift": {"enforcements": (an_enforcement("FAILED"),)}}),
        (BACK, {"links": [replace(a_link(), mode="should_encrypt")]}),
        (UNHARMED, {"traffic": {"dxcon-north-a": Traffic(30, 0.1, 0)}}),
        (UNHARMED, {"traffic": {"dxcon-north-a": Traffic(30, 0, 0.1)}}),
        (TOLD, {"drift": {"told": ()}}),
        (KEPT, {"kept": []}),
        (KEPT, {"kept": [Verdict("dxcon-north-a", "NON_COMPLIANT", ("KeyTooOld",), "")]}),
    ],
)
def test_a_broken_promise_about_a_drift_names_its_link_and_fails_the_demonstration(
    broken: str, changes: dict[str, Any]
) -> None:
    assert drift_report(**changes) == [(broken, ("north-a",))]


def test_without_a_drift_nothing_about_drifts_was_shown() -> None:
    assert [sentence for sentence, _ in drift_report(drifts=[])] == [BACK, UNHARMED, TOLD]


def test_a_link_that_can_not_be_encrypted_need_not_be_compliant() -> None:
    assert drift_report(links=[a_link(), replace(a_link("branch"), capable=False)]) == []


def test_a_failed_fleet_run_fails_the_demonstration() -> None:
    made = promises([a_proof()], ["RotateFleet"])

    assert [promise.broken_on for promise in made if not promise.kept] == [("RotateFleet",)]
    assert Report([], [a_run()], {}, {}, made).exit_code == 1
