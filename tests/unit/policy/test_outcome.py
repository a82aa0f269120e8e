"""How an execution ended, and what its record says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from dxmacsec.model import (
    SCHEMA,
    Check,
    Enforcement,
    Label,
    NewKey,
    Outcome,
    Plan,
    Request,
    Rotation,
    RouterMode,
    Verdict,
)
from dxmacsec.policy import outcome
from tests.unit.policy.situations import LINK_ID, NOW, a_rotation, a_version, ckn, new_key, old_key

PLAN = Plan("must_encrypt", (old_key(),), None, make_room=False, onboarding=False, dark_ports=(), steps=())
SOFTENED = (Check(NOW, "mode", "no_encrypt became should_encrypt"),)


def caught(state: str, error: str, cause: str = "") -> dict[str, Any]:
    return {"state": state, "Error": error, "Cause": cause}


@pytest.mark.parametrize(
    ("rotation", "status", "reason"),
    [
        (a_rotation("planned"), "PLANNED", "Planned"),
        (a_rotation("succeed", plan=PLAN), "SUCCEEDED", "Rotated"),
        (a_rotation("succeed", plan=replace(PLAN, onboarding=True)), "SUCCEEDED", "Onboarded"),
        (a_rotation().to("refused", "LinkPaused"), "REFUSED", "LinkPaused"),
        (a_rotation(new_key=new_key()).to("refused", "NoWayBack"), "FAILED", "NoWayBack"),
        (a_rotation(removing=old_key()).to("refused", "LinkBusy"), "FAILED", "LinkBusy"),
        (a_rotation(checks=SOFTENED).to("refused", "ChainNeedsOperator"), "FAILED", "ChainNeedsOperator"),
        (a_rotation().to("unproven", "RouterOnOldKey"), "FAILED", "RouterOnOldKey"),
        (a_rotation(failure=caught("RetireKey", "UnknownAnswer")).to("restored", "Restored"), "FAILED", "Restored"),
        (a_rotation().to("dark", "LinkDark"), "FAILED", "LinkDark"),
        (a_rotation(failure=caught("Bake", "LinkNotFound")), "FAILED", "LinkNotFound"),
    ],
)
def test_a_rotation_ends(rotation: Rotation, status: str, reason: str) -> None:
    ended = outcome.of_rotation(rotation)

    assert (ended.status, ended.reason) == (status, reason)
    assert ended.pause is (reason in ("LinkDark", "Restored"))


@pytest.mark.parametrize(
    ("failure", "reason", "pause"),
    [
        (caught("InstallOnRouter", "States.Timeout"), "RouterTimedOut", False),
        (caught("ProveOnRouter", "States.HeartbeatTimeout"), "RouterTimedOut", False),
        (caught("ConfirmOnRouter", "RouterFailed", "no such card"), "RouterFailed", False),
        (caught("RestoreKey", "ServiceFault"), "LinkDark", True),
        (caught("EnforceEncryption", "States.TaskFailed", '{"Cause": "lowered"}'), "EnforcementFailed", False),
        (caught("AssociateKey", "UnknownAnswer"), "UnknownAnswer", True),
        (caught("AssociateKey", "AccessDenied"), "AccessDenied", True),
        (caught("AssociateKey", "PortChanging"), "PortChanging", False),
        (caught("AssociateKey", "KeyError"), "StepFailed", False),
        (caught("AssociateKey", "States.Timeout"), "StepFailed", False),
        ({}, "StepFailed", False),
    ],
)
def test_a_caught_failure_means(failure: dict[str, Any], reason: str, *, pause: bool) -> None:
    ended = outcome.of_failure(failure)

    assert (ended.status, ended.reason, ended.pause) == ("FAILED", reason, pause)


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        ('{"errorMessage": "no such link", "stackTrace": []}', "no such link"),
        ('{"Cause": "the mode was lowered"}', "the mode was lowered"),
        ('{"Error": "HeldDark"}', "HeldDark"),
        ("{}", "{}"),
        ("plain words", "plain words"),
        ("[1]", "[1]"),
        ("x" * 5000, "x" * 1000),
    ],
)
def test_the_sentence_is_taken_out_of_a_cause(cause: str, sentence: str) -> None:
    assert outcome.message_of(cause) == sentence


CAK = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "failure",
    [
        caught("ProveOnRouter", "RouterFailed", f"rejects {CAK} (said by user/ada)"),
        caught("ProveOnRouter", "RouterFailed", f'{{"Cause": "rejects\\n{CAK.upper()}"}}'),
        caught("ProveOnRouter", CAK, "no"),
        caught("EnforceEncryption", "States.TaskFailed", f'{{"Error": "{CAK}"}}'),
        caught("RestoreKey", "UnknownAnswer", f'{{"errorMessage": "rejects {CAK}"}}'),
        caught("AssociateKey", "UnknownAnswer", f'["{CAK}"]'),
    ],
)
def test_a_key_that_somebody_gave_as_the_reason_is_masked_wherever_it_is_told(failure: dict[str, Any]) -> None:
    rotation = a_rotation(failure=failure)
    ended = outcome.of_rotation(rotation)

    record = outcome.rotation_record(rotation, ended, NOW)

    assert CAK[:8] not in f"{ended}{record}".lower()
    assert "…" in ended.sentence


VERSIONS = (a_version("old", Label.IN_USE, Label.CURRENT), a_version("new", Label.NEW, Label.PENDING))


@pytest.mark.parametrize(
    ("rotation", "label"),
    [
        (a_rotation(new_key=new_key()).to("unproven"), Label.FAILED),
        (a_rotation(new_key=new_key(), failure=caught("Bake", "LinkNotFound")), Label.IN_USE),
        (a_rotation("sent", new_key=new_key(), failure=caught("Bake", "LinkNotFound")), Label.FAILED),
        (a_rotation("sent", new_key=new_key(), failure=caught("PromoteKey", "UnknownAnswer")), Label.IN_USE),
        (a_rotation("sent", new_key=new_key(), failure=caught("RestoreKey", "UnknownAnswer")), Label.FAILED),
        (a_rotation("close", new_key=new_key(), promoted=True), Label.IN_USE),
        (a_rotation("sent", new_key=new_key(), retired=(ckn("old"),)), Label.IN_USE),
        (a_rotation("succeed", new_key=new_key()), Label.IN_USE),
        (a_rotation("restored", new_key=new_key(), retiring=old_key(), retired=(ckn("other"),)), Label.FAILED),
        (a_rotation("sent", failure=caught("CreateKey", "UnknownAnswer")), Label.FAILED),
    ],
)
def test_the_labels_at_the_end_are_true(rotation: Rotation, label: str) -> None:
    moves = outcome.labels_at_end(rotation, VERSIONS)

    put = {move.label for move in moves if move.on and move.version_id == "version-new"}
    assert label in put
    assert not {Label.FAILED, Label.IN_USE} <= put


def test_a_refusal_moves_no_label() -> None:
    assert outcome.labels_at_end(a_rotation("refused"), VERSIONS) == ()


def test_what_nobody_proved_is_named() -> None:
    rotation = a_rotation(
        router_mode=RouterMode.NONE, request=Request(LINK_ID, urgent=True), remove_note="States.Timeout"
    )

    missing = " / ".join(outcome.not_checked(rotation))

    assert len(outcome.not_checked(a_rotation())) == 1
    assert all(word in missing for word in ("owner declared", "urgent", "States.Timeout"))


def test_a_record_is_json_and_says_who_when_and_which() -> None:
    rotation = a_rotation(plan=PLAN, new_key=new_key(), proven_by="router")
    done = Outcome("SUCCEEDED", "Rotated", "done")

    record = outcome.rotation_record(rotation, done, NOW)

    assert json.loads(json.dumps(record)) == record
    assert (record["new_ckn"], record["proven_by"], record["ended_at"]) == (ckn("new"), "router", NOW.isoformat())
    assert outcome.rotation_record(a_rotation(), done, NOW)["new_ckn"] is None


def test_a_report_shows_the_plan_of_a_dry_run_and_the_keys_of_a_rotation() -> None:
    dry = a_rotation(request=Request(LINK_ID, dry_run=True), plan=PLAN, checks=SOFTENED)
    planned = outcome.rotation_report(dry, Outcome("PLANNED", "Planned", "this is it"))
    refused = outcome.rotation_report(replace(dry, plan=None), Outcome("REFUSED", "LinkPaused", "no"))
    rotated = outcome.rotation_report(
        a_rotation(plan=PLAN, new_key=NewKey("v1", ckn("new"))), Outcome("SUCCEEDED", "Rotated", "done")
    )

    assert planned["plan"]["supersedes"][0]["ckn"] == ckn("old")
    assert (refused["plan"], refused["old_ckns"]) == ({}, [])
    assert (rotated["new_ckn"], rotated["old_ckns"]) == (ckn("new"), [ckn("old")])
    assert outcome.rotation_report(a_rotation(), Outcome("FAILED", "x", "y"))["new_ckn"] is None


@pytest.mark.parametrize(
    ("next_", "failure", "status", "pause"),
    [
        ("done", None, "SUCCEEDED", False),
        ("held", None, "SUCCEEDED", False),
        ("refused", None, "REFUSED", False),
        ("deadline", None, "FAILED", False),
        ("dark", None, "FAILED", True),
        ("held", caught("WatchMode", "UnknownAnswer"), "FAILED", True),
    ],
)
def test_an_enforcement_ends(next_: str, failure: dict[str, Any] | None, status: str, *, pause: bool) -> None:
    verdict = Verdict(next_, "HeldDark" if next_ == "dark" else "")
    enforcement = Enforcement(SCHEMA, "e1", "arn:e1", "arn:r1", LINK_ID, NOW, verdict, failure=failure)

    ended = outcome.of_enforcement(enforcement)

    assert (ended.status, ended.pause) == (status, pause)
    assert outcome.enforcement_record(enforcement, ended, NOW)["status"] == status
    assert outcome.enforcement_report(enforcement, ended, "must_encrypt")["mode"] == "must_encrypt"
