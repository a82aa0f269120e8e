"""Whole runs over three accounts, each with a twin, partners of its own and one link of a group that spans them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from dxmacsec.errors import BadInput
from dxmacsec.interfaces import Owner
from dxmacsec.organisation import StopOn
from sandbox.twin.behaviour import RouterBehaviour
from tests.walk.organisation_walker import ARN, OrganisationWalker, a_member

A, B, C = "111111111111/eu-west-1", "111111111111/us-east-1", "333333333333/eu-west-1"
NAMES = (A, B, C)
SPANNING = [f"{name}/dxcon-f{number}aaaa02" for number, name in enumerate(NAMES)]
EVERY = {f"{name}/dxcon-f{number}aaaa0{each}" for number, name in enumerate(NAMES) for each in range(3)}


def an_organisation(**chosen: Any) -> OrganisationWalker:  # noqa: ANN401 - what the deployer chose
    return OrganisationWalker.over({name: a_member(number) for number, name in enumerate(NAMES)}, **chosen)


@pytest.fixture
def walker() -> OrganisationWalker:
    return an_organisation()


def ended(document: dict[str, Any]) -> tuple[str, str]:
    return document["outcome"]["status"], document["outcome"]["reason"]


def rotated(document: dict[str, Any]) -> set[str]:
    return {each["link"] for each in document["report"]["results"] if each["status"] == "SUCCEEDED"}


def left_out(document: dict[str, Any]) -> dict[str, str]:
    return {each["link"]: each["reason"] for each in document["report"]["left_out"]}


def test_every_due_link_in_every_account_is_rotated_and_nothing_is_lost(walker: OrganisationWalker) -> None:
    document = walker.run()

    waves = Counter(each["wave"] for each in document["report"]["results"])
    [(subject, text)] = [alert for alert in walker.scene.herald.alerts if "organisation" in alert[0]]
    assert ended(document) == ("SUCCEEDED", "OrganisationRotated")
    assert rotated(document) == EVERY
    assert waves == {1: 7, 2: 1, 3: 1}
    assert walker.lost() == 0
    assert walker.scene.ledger.lock is None
    assert [record["run"] for record in walker.scene.ledger.records.values()] == ["organisation-1"]
    assert [kind for kind, _ in walker.scene.herald.events] == ["MACsec Organisation Run Ended"]
    assert subject == "dxmacsec organisation: OrganisationRotated"
    assert f"{SPANNING[0]}: SUCCEEDED" in text


def test_links_of_a_group_that_spans_accounts_are_never_rotated_in_one_wave(walker: OrganisationWalker) -> None:
    document = walker.run()

    waves = [each["wave"] for each in document["report"]["results"] if each["link"] in SPANNING]
    assert sorted(waves) == [1, 2, 3]


def test_a_member_is_asked_and_told_by_name_what_to_rotate(walker: OrganisationWalker) -> None:
    walker.run(reason="CHG1")

    asked, *_ = [request for member, _, request in walker.scene.members.started if member == A]
    turns = [(name, request) for member, name, request in walker.scene.members.started if "links" in request]
    assert asked == {"dry_run": True, "coordinated": "organisation-1"}
    assert turns[0][1]["reason"] == "organisation run organisation-1: CHG1"
    assert turns[0][1]["wait_for_window"]
    assert all(request["coordinated"] == "organisation-1" for _, request in turns)
    assert len({name for _, name, _ in walker.scene.members.started}) == len(walker.scene.members.started)


def test_the_next_run_finds_nobody_due_and_tells_nobody(walker: OrganisationWalker) -> None:
    walker.run()
    letters = len(walker.scene.herald.alerts)

    document = walker.run("organisation-2")

    assert ended(document) == ("SUCCEEDED", "NothingDue")
    assert document["report"]["left_out_counts"] == {"NotDue": 9}
    assert len(walker.scene.herald.alerts) == letters


def test_a_dry_run_shows_the_waves_and_changes_nothing(walker: OrganisationWalker) -> None:
    document = walker.run(dry_run=True)

    assert ended(document) == ("PLANNED", "Planned")
    assert [len(wave) for wave in document["report"]["waves"]] == [7, 1, 1]
    assert all(not member.rotations() for member in walker.members.values())
    assert (walker.scene.ledger.records, walker.scene.ledger.held, walker.scene.ledger.lock) == ({}, {}, None)
    assert walker.scene.herald.alerts == []


def fail_at(walker: OrganisationWalker, member: str, link: str) -> None:
    walker.members[member].scene.twin.router(link.rpartition("/")[2]).behaviour = RouterBehaviour(answers="failure")


def test_the_first_failure_stops_everything_that_has_not_started(walker: OrganisationWalker) -> None:
    fail_at(walker, A, SPANNING[0])

    document = walker.run()

    [(_, text)] = walker.scene.herald.alerts
    assert ended(document) == ("FAILED", "TurnFailed")
    assert document["report"]["not_touched"] == SPANNING[1:]
    assert rotated(document) == {name for name in EVERY if not name.startswith(A)} - set(SPANNING)
    assert {each["status"] for each in document["report"]["results"] if each["member"] == A} == {"UNSURE"}
    assert f"Not touched:\n  {SPANNING[1]}" in text
    assert walker.scene.ledger.lock is None


@pytest.mark.parametrize("stop_on", ["group", "account"])
def test_a_spanning_group_with_a_failed_link_goes_no_further_whatever_the_deployer_chose(stop_on: str) -> None:
    walker = an_organisation(stop_on=StopOn(stop_on))
    fail_at(walker, A, SPANNING[0])

    document = walker.run()

    assert ended(document) == ("FAILED", "TurnFailed")
    assert rotated(document).isdisjoint(SPANNING)


@pytest.mark.parametrize(
    ("stop_on", "waves"), [("group", {A: 1, B: 2, C: 3}), ("account", {A: 1, C: 2}), ("all", {A: 1})]
)
def test_a_failure_stops_the_links_of_its_own_account_or_goes_on_elsewhere(stop_on: str, waves: dict[str, int]) -> None:
    walker = an_organisation(most_members=1)
    fail_at(walker, A, f"{A}/dxcon-f0aaaa00")

    document = walker.run(stop_on=stop_on)

    assert ended(document) == ("FAILED", "TurnFailed")
    assert {each["member"]: each["wave"] for each in document["report"]["turns"]} == waves


def test_a_member_that_lets_nobody_in_is_named_and_the_others_are_served(walker: OrganisationWalker) -> None:
    walker.scene.members.closed.add(C)

    document = walker.run()

    assert ended(document) == ("FAILED", "MembersSilent")
    assert [each["member"] for each in document["report"]["silent"]] == [C]
    assert rotated(document) == {name for name in EVERY if not name.startswith(C)} - set(SPANNING)
    assert left_out(document) == dict.fromkeys(SPANNING[:2], "PartnerUnknown")
    assert C in document["outcome"]["sentence"]


def test_a_silent_member_is_remembered_for_what_it_holds_and_for_nothing_else(walker: OrganisationWalker) -> None:
    walker.scene.ledger.held = {C: ("org:rome",)}
    walker.scene.members.closed.add(C)

    document = walker.run()

    assert rotated(document) == {name for name in EVERY if not name.startswith(C)}


def test_what_a_member_holds_is_written_down_once(walker: OrganisationWalker) -> None:
    walker.run()
    walker.run("organisation-2")

    assert walker.scene.ledger.held == dict.fromkeys(NAMES, ("org:paris",))
    assert walker.scene.ledger.written == len(NAMES)


def test_a_dark_partner_in_another_account_keeps_the_group_waiting(walker: OrganisationWalker) -> None:
    walker.members[C].scene.twin.drop_port("dxcon-f2aaaa02")
    walker.members[C].scene.clock.sleep(60)

    document = walker.run()

    assert rotated(document) == EVERY - set(SPANNING)
    assert {reason for link, reason in left_out(document).items() if link in SPANNING[:2]} == {"PartnerNotEncrypted"}
    assert SPANNING[2] in document["report"]["left_out"][-1]["sentence"]


def test_a_partner_that_goes_dark_between_two_waves_stops_its_group(walker: OrganisationWalker) -> None:
    def drop() -> None:
        walker.members[C].scene.twin.drop_port("dxcon-f2aaaa02")
        walker.members[C].scene.clock.sleep(60)

    walker.leaving["order_members"] = drop

    document = walker.run()

    assert SPANNING[1] not in rotated(document)
    assert left_out(document)[SPANNING[1]] == "PartnerNotEncrypted"


def test_a_second_run_is_refused_with_the_name_of_the_first(walker: OrganisationWalker) -> None:
    first = Owner("arn:first", "first-run", walker.scene.clock.now())
    walker.scene.ledger.lock = first

    document = walker.run()

    assert ended(document) == ("REFUSED", "OrganisationAlreadyRunning")
    assert "first-run" in document["outcome"]["sentence"]
    assert walker.scene.members.started == []
    assert walker.scene.ledger.lock == first


def test_the_lock_of_a_run_that_is_dead_is_freed_after_a_while(walker: OrganisationWalker) -> None:
    walker.scene.ledger.lock = Owner("arn:dead", "dead", walker.scene.clock.now())
    walker.scene.executions.ended["arn:dead"] = walker.scene.clock.now()
    walker.scene.clock.sleep(300)

    assert ended(walker.run()) == ("SUCCEEDED", "OrganisationRotated")


def test_every_step_may_run_twice(walker: OrganisationWalker) -> None:
    walker.twice = True

    document = walker.run()

    started = Counter(name for _, name, _ in walker.scene.members.started)
    assert ended(document) == ("SUCCEEDED", "OrganisationRotated")
    assert rotated(document) == EVERY
    assert set(started.values()) == {1}
    assert len(walker.scene.ledger.records) == 1
    assert walker.lost() == 0


def test_a_slow_member_is_waited_for_in_ever_longer_steps(walker: OrganisationWalker) -> None:
    walker.scene.members.slow[B] = 60

    document = walker.run()

    assert rotated(document) == EVERY


def test_members_sweep_and_their_figures_are_the_report(walker: OrganisationWalker) -> None:
    walker.scene.members.closed.add(B)

    document = walker.run(sweep=True)

    assert ended(document) == ("FAILED", "MembersSilent")
    assert walker.scene.members.swept == [A, C]
    assert [each["member"] for each in document["report"]["swept"]] == [A, C]
    assert document["report"]["swept"][0]["statuses"] == {"COMPLIANT": 2}
    assert document["report"]["swept"][0]["started"] == 1
    assert walker.scene.members.started == []


def test_a_sweep_of_everybody_ends_well_beside_a_run(walker: OrganisationWalker) -> None:
    walker.scene.ledger.lock = Owner("arn:first", "first-run", walker.scene.clock.now())

    document = walker.run(sweep=True)

    assert ended(document) == ("SUCCEEDED", "OrganisationSwept")
    assert walker.scene.ledger.lock.name == "first-run"


def test_some_members_are_rotated_and_the_others_are_only_asked(walker: OrganisationWalker) -> None:
    document = walker.run(members=[A])

    assert rotated(document) == {name for name in EVERY if name.startswith(A)}
    assert {member for member, _, request in walker.scene.members.started if "links" in request} == {A}
    assert {member for member, _, request in walker.scene.members.started} == set(NAMES)


def test_a_run_that_the_machine_broke_off_says_which_links_nobody_heard_of(walker: OrganisationWalker) -> None:
    execution = {"id": f"{ARN}:run", "name": "run", "started_at": walker.scene.clock.now().isoformat()}
    document = walker.call("gather_members", {"input": {}, "execution": execution, "members": list(NAMES)})
    document = walker.call("order_members", walker.turned(document))
    failure = {"Error": "States.ItemReaderFailed", "Cause": "no such key", "state": "TurnMembers"}

    document = walker.call("report_organisation", {**document, "failure": failure})

    assert ended(document) == ("FAILED", "StepFailed")
    assert set(document["report"]["under_way"]) == EVERY - set(SPANNING[1:])
    assert set(document["report"]["not_touched"]) == set(SPANNING[1:])
    assert walker.scene.ledger.lock is None


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"links": ["dxcon-fg5678gh"]}, "links: unknown"),
        ({"urgent": True}, "urgent: unknown"),
        ({"members": ["999999999999/eu-west-1"]}, "is no member of this organisation"),
        ({"members": []}, "expected a list of members"),
        ({"members": ["dxcon-fg5678gh"]}, "expected an account and a Region"),
        ({"stop_on": "never"}, "expected one of all, account, group"),
        ({"sweep": True, "dry_run": True}, "sweep: expected no dry_run beside it"),
        ({"dry_run": "yes"}, "expected true or false"),
    ],
)
def test_a_wrong_input_is_refused_before_anybody_is_asked(
    asked: dict[str, Any], sentence: str, walker: OrganisationWalker
) -> None:
    with pytest.raises(BadInput, match=sentence):
        walker.run(**asked)

    assert walker.scene.members.started == []
    assert walker.scene.ledger.lock is None


def test_a_run_whose_name_no_member_would_take_is_refused(walker: OrganisationWalker) -> None:
    with pytest.raises(BadInput, match="execution: expected the name of a run"):
        walker.run("a name with spaces")
