"""`RotateOrganisation` as it is deployed, over three accounts: what silence leaves out, what a failure stops."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from infra.permissions.excused import BY_AWS
from sandbox.cloud import Account, AccountPlan, Sandbox
from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.moto_patches.mending import private
from sandbox.cloud.product import MEMBER_STACK, member, organisation
from sandbox.cloud.vocabulary import Private
from sandbox.demo.organisation.estates import account_ids, estate_of
from sandbox.routers import answering
from sandbox.twin.behaviour import RouterBehaviour
from tests.conftest import OneSandbox
from tests.sandbox.waiting import eventually
from tests.workflow.deployed import Deployed
from tests.workflow.roles import covers, granted, used
from tests.worlds.scene import LIMITS

pytestmark = pytest.mark.deployed

FIRST, SECOND, THIRD = account_ids(3)
LONGEST_SECONDS = 480
ROLE = "dxmacsec-member-us-east-1"
NOBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


@dataclass(frozen=True)
class Run:
    """One execution of RotateOrganisation that ended, with its whole report."""

    status: str
    error: str
    cause: str
    report: dict[str, Any]

    @property
    def results(self) -> dict[str, str]:
        """Return the status of each link that was tried, by its name."""
        return {each["link"]: each["status"] for each in self.report["results"]}

    @property
    def left_out(self) -> dict[str, str]:
        """Return why each link or member was left out, by its name."""
        return {each["link"]: each["reason"] for each in self.report["left_out"]}


@dataclass(frozen=True)
class Organised:
    """Three members and their coordinator, as people see them."""

    sandbox: Sandbox

    def account(self, account_id: str) -> Account:
        """Return a member's account."""
        return self.sandbox.accounts[account_id]

    def start(self, name: str, **document: object) -> str:
        """Start a run and return the execution's ARN."""
        started = self.sandbox.client("stepfunctions").start_execution(
            stateMachineArn=self.sandbox.outputs["RotateOrganisationArn"], name=name, input=json.dumps(document)
        )
        return str(started["executionArn"])

    def run(self, name: str, **document: object) -> Run:
        """Run the organisation, and return how it ended."""
        client, arn = self.sandbox.client("stepfunctions"), self.start(name, **document)
        ended = eventually(
            lambda: client.describe_execution(executionArn=arn), lambda it: it["status"] != "RUNNING", LONGEST_SECONDS
        )
        answer = self.sandbox.client("s3").get_object(
            Bucket=self.sandbox.outputs["ShelfBucket"], Key=f"runs/{name}/report.json"
        )
        report = json.loads(answer["Body"].read())
        return Run(ended["status"], ended.get("error", ""), ended.get("cause", ""), report)

    def keys(self) -> dict[str, int]:
        """Return how many keys each link ever had, by its name in the organisation."""
        return {
            f"{member(account.id)}/{link}": len(account.twin.key_lives(link))
            for account in self.sandbox.accounts.values()
            for link in account.twin.links()
        }


@pytest.fixture(scope="module")
def organised(one_sandbox: OneSandbox) -> Organised:
    ids = account_ids(3)
    others = [AccountPlan(each, estate_of(number), (MEMBER_STACK,)) for number, each in enumerate(ids[1:], start=2)]
    sandbox = one_sandbox.of(
        "organisation", lambda: Sandbox(estate=estate_of(1), context_overrides=organisation(ids), others=others)
    )
    for account in sandbox.accounts.values():
        answering(account)
    return Organised(sandbox)


def name(account: str, ending: str) -> str:
    """Return the name of a link of an account."""
    return f"{member(account)}/dxcon-f{account_ids(3).index(account) + 1}{ending}"


NORTH = {account: {name(account, "north1"), name(account, "north2")} for account in (FIRST, SECOND, THIRD)}
PARIS = {account: name(account, "paris1") for account in (FIRST, SECOND, THIRD)}


def test_a_dry_run_asks_every_member_and_changes_nothing(organised: Organised) -> None:
    before = organised.keys()

    run = organised.run("plan", dry_run=True)

    planned = run.report["waves"]
    assert (run.status, run.report["status"]) == ("SUCCEEDED", "PLANNED")
    assert sorted(link for wave in planned for link in wave) == sorted(before)
    assert [len(set(PARIS.values()) & set(wave)) for wave in planned] == [1, 1, 1]
    assert organised.keys() == before


def test_a_silent_member_is_left_out_and_keeps_its_partners_waiting_while_the_others_are_served(
    organised: Organised,
) -> None:
    before = organised.keys()
    iam = organised.account(THIRD).client("iam")
    trust = iam.get_role(RoleName=ROLE)["Role"]["AssumeRolePolicyDocument"]
    iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(NOBODY))

    run = organised.run("silence")

    iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(trust))
    changed = {link for link, count in organised.keys().items() if count != before[link]}
    assert (run.status, run.error) == ("FAILED", "MembersSilent")
    assert member(THIRD) in run.cause
    assert run.results == dict.fromkeys(NORTH[FIRST] | NORTH[SECOND], "SUCCEEDED")
    assert changed == set(run.results)
    assert {PARIS[FIRST], PARIS[SECOND]} <= set(run.left_out), "nobody knows how their partner stands"
    assert [each["member"] for each in run.report["silent"]] == [member(THIRD)]


def test_a_failed_rotation_stops_its_account_and_no_other(organised: Organised) -> None:
    before = organised.keys()
    broken = organised.account(SECOND).twin.router(PARIS[SECOND].rsplit("/", 1)[-1])
    broken.behaviour = RouterBehaviour(answers="failure")
    north = organised.account(THIRD).twin.router("dxcon-f3north1")
    north.behaviour = RouterBehaviour(answers="failure")

    run = organised.run("failure", stop_on="account")

    broken.behaviour = north.behaviour = RouterBehaviour()
    results, untouched = run.results, set(run.report["not_touched"])
    assert (run.status, run.error) == ("FAILED", "TurnFailed")
    assert results[name(THIRD, "north1")] != "SUCCEEDED"
    assert PARIS[THIRD] in untouched, "the first failure stops what is left in its account"
    assert results[PARIS[FIRST]] == "SUCCEEDED"
    assert results[PARIS[SECOND]] == "FAILED", "another account goes on"
    assert not set(results) & untouched
    assert all(organised.keys()[link] == before[link] for link in untouched)


def test_the_next_run_does_what_is_left_and_nothing_twice(organised: Organised) -> None:
    before = organised.keys()

    run = organised.run("rest")
    again = organised.run("again")

    assert (run.status, run.report["reason"]) == ("SUCCEEDED", "OrganisationRotated"), run
    assert {PARIS[SECOND], PARIS[THIRD], name(THIRD, "north1")} <= set(run.results)
    assert not (set(run.results) & (NORTH[FIRST] | NORTH[SECOND] | {PARIS[FIRST]}))
    assert {link for link, count in organised.keys().items() if count != before[link]} == set(run.results)
    assert (again.status, again.report["reason"]) == ("SUCCEEDED", "NothingDue")


def test_a_run_that_was_stopped_does_not_keep_the_next_one_out(organised: Organised) -> None:
    deployed, arn = Deployed(organised.sandbox), organised.start("stopped")
    deployed.wait_for_state(arn, "TurnMembers")
    while_it_runs = organised.start("meanwhile")
    refused = deployed.ended(while_it_runs)

    organised.sandbox.client("stepfunctions").stop_execution(executionArn=arn)
    too_soon = deployed.ended(organised.start("too-soon"))
    _let_the_clearance_pass(arn)

    after = organised.run("after")
    assert (refused.status, refused.error) == ("FAILED", "OrganisationAlreadyRunning")
    assert (too_soon.status, too_soon.error) == ("FAILED", "OrganisationAlreadyRunning")
    assert deployed.ended(arn).status == "ABORTED"
    assert (after.status, after.report["reason"]) == ("SUCCEEDED", "NothingDue")


def _let_the_clearance_pass(arn: str) -> None:
    """Move an execution's end into the past: minutes, which no test should sit through."""
    models: Private = private("moto.stepfunctions.parser.models")
    execution = models.stepfunctions_parser_backends[ACCOUNT_ID][REGION].describe_execution(arn)
    execution.stop_date -= LIMITS.abandoned_after


def test_a_sweep_is_started_in_every_member(organised: Organised) -> None:
    run = organised.run("sweep", sweep=True)

    assert (run.status, run.report["reason"]) == ("SUCCEEDED", "OrganisationSwept")
    assert {each["member"] for each in run.report["swept"]} == {member(each) for each in (FIRST, SECOND, THIRD)}


def test_through_all_of_it_not_a_second_was_lost_in_any_account(organised: Organised) -> None:
    seconds = {
        f"{account.id}/{link}": account.twin.meter.seconds(link)
        for account in organised.sandbox.accounts.values()
        for link in account.twin.links()
    }

    assert len(seconds) == 9
    assert {link: (each.clear, each.dropped) for link, each in seconds.items()} == dict.fromkeys(seconds, (0, 0))


def test_the_coordinator_comes_to_a_member_only_as_its_turns_function_in_the_members_role(organised: Organised) -> None:
    calls = organised.sandbox.journal.calls()

    assumed = [call for call in calls if call.action == "AssumeRole"]
    abroad = {(call.service, call.action) for call in calls if call.principal == ROLE}
    assert {(call.principal, call.account) for call in assumed} == {("dxmacsec-coordinator", ACCOUNT_ID)}
    assert abroad == {("states", "StartExecution"), ("states", "DescribeExecution"), ("lambda", "Invoke")}


FUNCTIONS = frozenset({"gather_members", "turn_member", "order_members", "report_organisation"})


def test_the_coordinators_functions_may_do_what_they_do_and_nothing_else(organised: Organised) -> None:
    deployed = Deployed(organised.sandbox)
    grants = {grant for grant in granted(deployed) if grant.function in FUNCTIONS}
    uses = {use for use in used(deployed) if use.function in FUNCTIONS}

    outside = [use for use in uses if not any(covers(grant, use) for grant in grants)]
    idle = {(grant.function, grant.action) for grant in grants} - {(use.function, use.action) for use in uses}

    assert outside == []
    assert {each for each in idle if each[1] not in BY_AWS} == set()
