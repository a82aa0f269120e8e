from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cli.ending import CliError, Ending
from cli.records.sections import READINGS, ROUTER, SAID
from tests.cli.played import CKN, OLD_CKN, PlayedAccount, a_row, an_enforcement, entered, execution, left, played
from tests.worlds.estates import LAG, LINK, MEMBERS, PARTNER, a_lag
from tests.worlds.scene import Scene, a_scene


@pytest.fixture
def rotated(scene: Scene, account: PlayedAccount) -> PlayedAccount:
    """Return an account in which one rotation went well an hour ago, with the enforcement that it ran."""
    at = scene.clock.now() - timedelta(hours=1)
    account.stories.rows += [
        a_row(LINK, "r1", at),
        an_enforcement(LINK, "e1", at + timedelta(minutes=4), owner=execution("r1")),
        an_enforcement(LINK, "e2", at + timedelta(minutes=30)),
        a_row(PARTNER, "r2", at),
    ]
    known = {"status": "SUCCEEDED", "startDate": at, "stopDate": at + timedelta(minutes=5)}
    account.step_functions.executions[execution("r1")] = {**known, "input": json.dumps({"link": LINK})}
    account.step_functions.events[execution("r1")] = [entered("Bake", at), left("Bake", at + timedelta(minutes=3))]
    return account


def document(account: PlayedAccount, *words: str) -> dict[str, Any]:
    printed: dict[str, Any] = json.loads(account.type("evidence", *words, "--json").stdout)
    return printed


def test_everything_that_an_auditor_asks_is_on_the_terminal(rotated: PlayedAccount) -> None:
    rotated.trail.refuses = "AccessDeniedException"

    result = rotated.type("evidence", "r1", columns=160)

    assert result.exit_code == Ending.DONE
    shown = " ".join(result.stdout.split())
    for told in (
        *("SUCCEEDED: Rotated", "as the policy asks", "A person or a program started", execution("r1")[:40]),
        *("Not known. CloudTrail could not be read (AccessDeniedException).", "superseded, taken off the link"),
        *("agent:north", "The router named the CKN in use on every port.", "should_encrypt became must_encrypt"),
        *("Direct Connect does not say which CKN a port uses", "Bake", "3 min", "Took 5 min"),
        *(CKN, OLD_CKN, document(rotated, "r1")["sha256"]),
    ):
        assert told in shown, told


def test_a_narrow_terminal_breaks_no_ckn(rotated: PlayedAccount) -> None:
    lines = rotated.type("evidence", "r1", columns=80).stdout.splitlines()

    assert max(map(len, lines)) <= 80
    assert {CKN, OLD_CKN} <= {word for line in lines for word in line.split()}


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_nothing_is_cut_off_at_the_edge_of_a_terminal(scene: Scene, account: PlayedAccount, columns: int) -> None:
    version = "97487a33-2846-5493-825c-8e6a115202b6"
    failed = {"status": "FAILED", "checks": [], "retired_ckns": [], "new_version_id": version}
    account.stories.rows.append(a_row(LINK, "r1", scene.clock.now(), **failed))

    told = " ".join(account.type("evidence", "r1", columns=columns).stdout.split())

    assert f"{version}: never came into use; the next rotation takes it again Old key {OLD_CKN}" in told
    assert "was on the link, and stayed" in told


def test_the_hash_is_of_the_record_that_is_printed_beside_it(rotated: PlayedAccount) -> None:
    printed = document(rotated, "r1")

    text = json.dumps(printed["record"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert printed["sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_json_has_a_stable_shape(rotated: PlayedAccount) -> None:
    printed = document(rotated, "r1")

    assert set(printed) == {
        *(
            "schema",
            "account",
            "region",
            "made_at",
            "link",
            "rotation",
            "record",
            "sha256",
            "sha256_of",
            "enforcements",
        ),
        *("execution", "states", "started_by"),
    }
    assert printed["schema"] == 1
    assert [each["enforcement"] for each in printed["enforcements"]] == ["e1"]
    assert [(each["state"], each["seconds"]) for each in printed["states"]] == [("Bake", 180.0)]


def test_every_check_of_a_record_is_shown_once_whatever_its_name(scene: Scene, account: PlayedAccount) -> None:
    names = sorted({*SAID, *READINGS, *ROUTER, "something new"})
    at = scene.clock.now().isoformat()
    checks = [{"at": at, "what": name, "seen": f"by: saw{number:02}"} for number, name in enumerate(names)]
    account.stories.rows.append(a_row(LINK, "r1", scene.clock.now(), checks=checks))

    shown = " ".join(account.type("evidence", "r1", columns=200).stdout.split())

    assert {number: shown.count(f"saw{number:02}") for number in range(len(names))} == dict.fromkeys(
        range(len(names)), 1
    )


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"proven_by": "owner-declared", "router_mode": "none"}, "the owner declared that routers fetch their keys"),
        ({"proven_by": None, "status": "FAILED", "retired_ckns": []}, "That the new key is in use was not proven."),
        ({"retired_ckns": []}, "was on the link, and stayed"),
        ({"pair_used_again": True}, "(a pair that failed before, used again)"),
        ({"asked": {"reason": None, "urgent": True}}, "Options urgent"),
        ({"member_given": "dxcon-fm1n2p3q"}, "dxcon-fm1n2p3q, a member of it"),
        (
            {"recovered_by": "arn:rec", "stopped_at": "Bake", "roads": ["restore"], "recovery": []},
            "Stopped at Bake",
        ),
    ],
    ids=["declared", "not proven", "an old key stays", "used again", "urgent", "a member", "recovered"],
)
def test_what_was_not_as_usual_is_said(scene: Scene, account: PlayedAccount, record: dict[str, Any], told: str) -> None:
    account.stories.rows.append(a_row(LINK, "r1", scene.clock.now(), **record))

    assert told in " ".join(account.type("evidence", "r1", columns=160).stdout.split())


def test_once_step_functions_forgot_it_the_record_still_stands(scene: Scene, account: PlayedAccount) -> None:
    account.stories.rows.append(a_row(LINK, "r1", scene.clock.now()))

    shown = " ".join(account.type("evidence", "r1").stdout.split())

    assert "Step Functions keeps it no more (90 days)" in shown
    assert document(account, "r1")["states"] == []


@pytest.mark.parametrize("words", [("r2",), ("r2", "--link", PARTNER), (execution("r2"),)])
def test_a_rotation_is_found_by_its_id_its_link_or_its_execution(
    rotated: PlayedAccount, words: tuple[str, ...]
) -> None:
    assert document(rotated, *words)["link"] == PARTNER


def test_the_link_in_the_id_is_searched_before_all_others(scene: Scene, account: PlayedAccount) -> None:
    account.stories.rows.append(a_row("dxcon-longgone", "f1-dxcon-longgone", scene.clock.now()))

    assert document(account, "f1-dxcon-longgone")["link"] == "dxcon-longgone"


def test_a_member_that_was_asked_for_leads_to_its_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene(a_lag())
    account = played(scene, monkeypatch)
    now = scene.clock.now()
    account.stories.rows.append(a_row(LAG, "r1", now))
    described = {"status": "SUCCEEDED", "startDate": now, "input": json.dumps({"link": MEMBERS[0]})}
    account.step_functions.executions[execution("r1")] = described

    assert document(account, "r1")["link"] == LAG


@pytest.mark.parametrize(
    ("status", "told", "typed"),
    [
        ("RUNNING", "still running", f"dxmacsec status {LINK}"),
        ("SUCCEEDED", "left no record", "dxmacsec history"),
        (None, "There is no record r9", "dxmacsec history"),
    ],
    ids=["it runs", "a dry run", "nobody knows it"],
)
def test_without_a_record_one_is_told_why_and_what_to_type(
    scene: Scene, account: PlayedAccount, status: str | None, told: str, typed: str
) -> None:
    if status:
        known = {"status": status, "startDate": scene.clock.now(), "input": json.dumps({"link": LINK})}
        account.step_functions.executions[execution("r9")] = known

    error = account.type("evidence", "r9").exception

    assert isinstance(error, CliError)
    assert (error.ending, told in error.sentence, error.next_step.startswith(typed)) == (Ending.NOT_FOUND, True, True)


def test_the_start_of_the_run_over_the_fleet_is_looked_up_too(scene: Scene, account: PlayedAccount) -> None:
    now = scene.clock.now()
    asked = {"link": LINK, "reason": "fleet run f1, the key is too old"}
    account.stories.rows.append(a_row(LINK, f"f1-{LINK}", now, asked=asked))
    run = execution("f1", "RotateFleet")
    account.step_functions.executions[run] = {"status": "SUCCEEDED", "startDate": now - timedelta(hours=2)}
    identity = {"invokedBy": "scheduler.amazonaws.com"}
    event = {"eventTime": now.isoformat(), "userIdentity": identity, "responseElements": {"executionArn": run}}
    account.trail.pages = [[{"CloudTrailEvent": json.dumps(event)}]]

    started = document(account, f"f1-{LINK}")["started_by"]

    assert started["by_name"]["fleet_run"] == "f1"
    assert started["fleet_run"]["who"] == "scheduler.amazonaws.com"
    assert started["cloudtrail"]["unknown"]


class Page(HTMLParser):
    """What a page loads, and whether it holds anything that runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def check_self_contained(text: str) -> None:
    """Assert that a page runs nothing and loads nothing."""
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href", "action")]
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "@import" not in text


def test_the_page_is_one_file_that_loads_and_runs_nothing(rotated: PlayedAccount, tmp_path: Path) -> None:
    file = tmp_path / "evidence.html"

    rotated.type("evidence", "r1", "--html", str(file))

    text = file.read_text(encoding="utf-8")
    check_self_contained(text)
    assert text.startswith("<!DOCTYPE html>")
    assert "@media print" in text
    assert "prefers-color-scheme: dark" in text


def test_the_page_says_what_the_terminal_says(rotated: PlayedAccount, tmp_path: Path) -> None:
    file = tmp_path / "evidence.html"
    terminal = rotated.type("evidence", "r1", "--html", str(file), columns=400).stdout

    words = " ".join(" ".join(Page(file.read_text(encoding="utf-8")).words).split())

    for line in terminal.splitlines():
        for cell in line.split("  "):
            assert " ".join(cell.split()) in words, cell


def test_a_page_escapes_whatever_a_record_holds(scene: Scene, account: PlayedAccount, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\"'&${1+1}"
    row = a_row(LINK, "r1", scene.clock.now(), sentence=evil, asked={"link": LINK, "reason": evil})
    account.stories.rows.append(row)
    file = tmp_path / "evidence.html"

    account.type("evidence", "r1", "--html", str(file))

    text = file.read_text(encoding="utf-8")
    check_self_contained(text)
    assert "&lt;script&gt;alert(1)" in text
    assert "${1+1}" in text


def test_the_page_holds_the_text_that_was_hashed(rotated: PlayedAccount, tmp_path: Path) -> None:
    file = tmp_path / "evidence.html"
    rotated.type("evidence", "r1", "--html", str(file))

    words = Page(file.read_text(encoding="utf-8")).words

    (record,) = [each for each in words if each.startswith('{"')]
    assert hashlib.sha256(record.encode()).hexdigest() == document(rotated, "r1")["sha256"]


def test_a_file_that_cannot_be_written_is_said(rotated: PlayedAccount, tmp_path: Path) -> None:
    error = rotated.type("evidence", "r1", "--html", str(tmp_path / "no" / "folder.html")).exception

    assert isinstance(error, CliError)
    assert "can't be written" in error.sentence


def test_an_enforcement_has_its_evidence_too(rotated: PlayedAccount) -> None:
    shown = " ".join(rotated.type("evidence", "e2").stdout.split())

    assert "SUCCEEDED: Enforced" in shown
    assert "Before should_encrypt" in shown
