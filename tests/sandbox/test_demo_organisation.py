"""The demonstration over several accounts: its estates, its waves, its promises, its document; and one real run."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from sandbox import cli
from sandbox.cloud.journal import Call
from sandbox.demo.organisation import tables
from sandbox.demo.organisation.estates import SPANNING_GROUP, account_ids, estate_of
from sandbox.demo.organisation.machine import round_of, waves_of
from sandbox.demo.organisation.promises import (
    MEMBER_ROLE,
    apart,
    one_at_a_time,
    only_what_it_may,
    organisation_promises,
)
from sandbox.demo.organisation.report import OrganisationReport
from sandbox.demo.organisation.sights import OrganisationRun, Rotated
from sandbox.demo.sights import Traffic
from tests.sandbox.demo_builders import NEW, OLD, ROOT, a_link, a_proof, a_run, at, printed

FIRST, SECOND, THIRD = account_ids(3)
RUN = OrganisationRun("demo", "SUCCEEDED", "OrganisationRotated", "2 links rotated in 2 members.")


def a_rotated(account: str = FIRST, seconds: tuple[float, ...] = (1, 8), **changes: Any) -> Rotated:  # noqa: ANN401
    proof = a_proof(link=a_link("paris", SPANNING_GROUP), **changes)
    return Rotated(account, 1, proof, [at(each) for each in seconds])


def test_accounts_have_twelve_digits_and_share_no_link_but_one_group() -> None:
    ids = account_ids(7)
    links = [link for number, _ in enumerate(ids, start=1) for link in estate_of(number).connections]

    assert all(len(each) == 12 and each.isdigit() for each in ids)
    assert (len(set(ids)), len({link.id for link in links})) == (7, 21)
    assert {link.tags["dxmacsec:redundancy-group"] for link in links} == {"north", SPANNING_GROUP}
    assert all(len(link.id) == len("dxcon-12345678") for link in links)


@pytest.mark.parametrize("count", [0, 8])
def test_a_number_of_accounts_that_there_is_not_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"expected from 1 to 7, got {count}"):
        account_ids(count)


def test_the_round_of_a_rotation_is_read_from_its_name() -> None:
    arn = f"arn:aws:states:us-east-1:{SECOND}:execution:dxmacsec-RotateKey:demo-4-{SECOND}-us-east-1-dxcon-x"

    assert round_of("demo", arn) == 4
    assert round_of("other", arn) is None
    assert round_of("demo", arn.replace("demo-4-", "by-hand-")) is None


def test_waves_are_the_rounds_in_which_something_was_rotated() -> None:
    assert waves_of({"a": 2, "b": 6, "c": 2, "d": 4}) == {"a": 1, "b": 3, "c": 1, "d": 2}


def test_two_of_a_group_over_accounts_may_follow_each_other_but_not_meet() -> None:
    first, then, during = a_rotated(), a_rotated(SECOND, (8.1, 12)), a_rotated(THIRD, (8, 9))

    assert one_at_a_time([first, then]).kept
    assert one_at_a_time([first, during]).broken_on == tuple(sorted([first.name, during.name]))
    assert one_at_a_time([then, first, during]).broken_on == tuple(sorted([first.name, then.name, during.name]))


def test_a_local_group_of_the_same_name_is_nobody_elses_business() -> None:
    local = [replace(each, proof=a_proof(link=a_link("north-a", "north"))) for each in (a_rotated(), a_rotated(SECOND))]

    assert one_at_a_time([*local, a_rotated(), a_rotated(SECOND, (20, 30))]).kept
    assert not one_at_a_time(local).kept, "what was measured on no group is not shown"


def test_a_link_whose_changes_nobody_noted_shows_nothing() -> None:
    unseen = a_rotated(SECOND, ())

    assert one_at_a_time([a_rotated(), unseen]).broken_on == (unseen.name,)


def test_one_cak_in_two_accounts_breaks_the_promise_in_both() -> None:
    caks = {FIRST: frozenset({"a"}), SECOND: frozenset({"b"}), THIRD: frozenset({"c"})}

    assert apart(caks).kept
    assert apart({**caks, THIRD: frozenset({"a", "c"})}).broken_on == (FIRST, THIRD)
    assert apart({**caks, THIRD: frozenset()}).broken_on == (THIRD,)


def a_call(principal: str, service: str, action: str, *resources: str, account: str = SECOND) -> Call:
    return Call(datetime.now(UTC), principal, service, action, resources, account)


FLEET = f"arn:aws:states:us-east-1:{SECOND}:stateMachine:dxmacsec-RotateFleet"
GOOD_CALLS = [
    a_call(MEMBER_ROLE, "states", "StartExecution", FLEET),
    a_call(MEMBER_ROLE, "states", "DescribeExecution", FLEET.replace("stateMachine", "execution") + ":demo-1"),
    a_call(MEMBER_ROLE, "lambda", "Invoke", "dxmacsec-SweepLinks"),
    a_call("dxmacsec-coordinator", "sts", "AssumeRole", f"arn:aws:iam::{SECOND}:role/{MEMBER_ROLE}", account=FIRST),
    a_call("dxmacsec-coordinator", "dynamodb", "PutItem", "table", account=FIRST),
    a_call("MachineRole", "lambda", "Invoke", f"arn:aws:lambda:us-east-1:{FIRST}:function:TurnMember", account=FIRST),
    a_call("somebody-else", "secretsmanager", "GetSecretValue", "dxmacsec/dxcon-1"),
]
OWN = ("dxmacsec-coordinator", "MachineRole", "TurnMember")


def test_the_coordinator_may_start_look_and_sweep() -> None:
    assert only_what_it_may(GOOD_CALLS, [SECOND], OWN).kept


@pytest.mark.parametrize(
    "strayed",
    [
        a_call(MEMBER_ROLE, "secretsmanager", "GetSecretValue", "dxmacsec/dxcon-1"),
        a_call(MEMBER_ROLE, "states", "StopExecution", FLEET),
        a_call(MEMBER_ROLE, "states", "StartExecution", FLEET.replace("RotateFleet", "RotateKey")),
        a_call(MEMBER_ROLE, "lambda", "Invoke", "dxmacsec-RotateSecret"),
        a_call(MEMBER_ROLE, "states", "StartExecution"),
        a_call("dxmacsec-coordinator", "directconnect", "DescribeConnections", account=FIRST),
        a_call("dxmacsec-coordinator", "sts", "AssumeRole", f"arn:aws:iam::{SECOND}:role/Admin", account=FIRST),
        a_call("MachineRole", "lambda", "Invoke", "arn:aws:lambda:us-east-1:1:function:RotateSecret", account=FIRST),
    ],
)
def test_a_call_that_it_may_not_make_is_named(strayed: Call) -> None:
    [told] = only_what_it_may([*GOOD_CALLS, strayed], [SECOND], OWN).broken_on

    assert told.startswith(f"{strayed.account}: {strayed.service}:{strayed.action}")


def test_a_member_that_was_never_called_shows_nothing() -> None:
    assert only_what_it_may(GOOD_CALLS, [SECOND, THIRD], OWN).broken_on == (THIRD,)


def a_report(*rotated: Rotated, run: OrganisationRun = RUN, missing: tuple[str, ...] = ()) -> OrganisationReport:
    links = {each.account: [each.proof.link] for each in rotated}
    held = organisation_promises(run, rotated, missing)
    return OrganisationReport(run, links, rotated, {"dxcon-paris": 31, "dxcon-north-a": 31}, held, 100.0)


def good() -> tuple[Rotated, Rotated]:
    return a_rotated(), a_rotated(SECOND, (10, 20))


def test_a_good_run_keeps_every_promise_and_ends_with_0() -> None:
    report = a_report(*good())

    assert ([each.sentence for each in report.promises if not each.kept], report.exit_code) == ([], 0)


@pytest.mark.parametrize(
    "report",
    [
        a_report(*good(), run=replace(RUN, status="FAILED")),
        a_report(*good(), missing=(f"{FIRST}/us-east-1/dxcon-other",)),
        a_report(a_rotated(traffic=Traffic(30, 0, 0.1)), good()[1]),
        a_report(a_rotated(traffic=Traffic(30, 0.1, 0)), good()[1]),
        a_report(a_rotated(run=a_run(status="FAILED")), good()[1]),
        a_report(good()[0], a_rotated(SECOND, (8, 20))),
    ],
)
def test_a_broken_promise_ends_the_demonstration_with_1(report: OrganisationReport) -> None:
    assert [each for each in report.promises if not each.kept]
    assert report.exit_code == 1


def test_the_document_names_the_account_of_each_rotation() -> None:
    document = a_report(*good()).to_json()

    assert [each["account"] for each in document["rotations"]] == [FIRST, SECOND]
    assert document["rotations"][1] == {
        "account": SECOND,
        "region": "us-east-1",
        "name": f"{SECOND}/us-east-1/dxcon-paris",
        "group": SPANNING_GROUP,
        "wave": 1,
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
    assert set(document["traffic"]) == {f"{each}/us-east-1/dxcon-paris" for each in (FIRST, SECOND)}
    assert [each["account"] for each in document["accounts"]] == [FIRST, SECOND]


def test_the_table_names_an_account_once() -> None:
    rows = {FIRST: [a_rotated(), replace(a_rotated(), wave=2)], SECOND: [good()[1]]}

    text = printed(tables.results(rows, 130), width=130)

    assert (text.count(FIRST), text.count(SECOND), text.count("paris")) == (1, 1, 3)


def test_one_account_is_played_as_before_and_more_as_an_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[int] = []
    report = a_report(*good())

    def play(_console: object, _out: object, accounts: int = 1) -> OrganisationReport:
        played.append(accounts)
        return report

    monkeypatch.setattr(cli, "demonstrate", play)
    monkeypatch.setattr(cli, "demonstrate_organisation", play)

    codes = [CliRunner().invoke(cli.app, ["demo", *words]).exit_code for words in ([], ["--accounts", "3"])]
    refused = CliRunner().invoke(cli.app, ["demo", "--accounts", "8"])

    assert (codes, played) == ([0, 0], [1, 3])
    assert refused.exit_code == 2


@pytest.mark.deployed
def test_the_demonstration_rotates_across_three_accounts_without_losing_a_second(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - the sandbox itself
        [sys.executable, "-m", "sandbox", "demo", "--accounts", "3", "--json", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=700,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(done.stdout)
    rotations, traffic = document["rotations"], document["traffic"]
    assert {each["account"] for each in rotations} == {FIRST, SECOND, THIRD}
    assert len({each["name"] for each in rotations}) == len(rotations) == 9
    for rotation in rotations:
        seconds = traffic[rotation["name"]]
        assert (rotation["status"], rotation["reason"], rotation["proven_by"]) == ("SUCCEEDED", "Rotated", "router")
        assert rotation["answered_by"] == ["agent:sandbox"]
        assert (seconds["clear_seconds"], seconds["dropped_seconds"]) == (0, 0)
        assert seconds["encrypted_seconds"] > rotation["seconds"]
    spanning = {each["account"]: each["wave"] for each in rotations if each["group"] == SPANNING_GROUP}
    assert sorted(spanning.values()) == [1, 2, 3], "one account of a spanning group at a time"
    assert {each["wave"] for each in rotations if each["group"] == "north"} == {1}, "local links need not wait"
    assert [each["sentence"] for each in document["promises"] if not each["kept"]] == []
    assert "✗" not in done.stderr
    assert ET.parse(tmp_path / "key-lives.svg").getroot().get("viewBox")  # noqa: S314 - written by the demonstration
