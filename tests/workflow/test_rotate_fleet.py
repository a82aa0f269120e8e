"""`RotateFleet` as it is deployed: fired by its schedule, and stopped by a router that is broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from infra.permissions.excused import BY_AWS
from sandbox.cloud import Sandbox
from sandbox.routers import answering
from sandbox.twin.behaviour import RouterBehaviour
from tests.conftest import OneSandbox
from tests.sandbox.waiting import eventually
from tests.workflow.deployed import Deployed
from tests.workflow.roles import covers, excused, granted, used
from tests.workflow.test_least_privilege import FLEET_FUNCTIONS

pytestmark = pytest.mark.deployed

EVENTS = Path(__file__).parents[2] / "events"
SCHEDULE = "dxmacsec-RotateFleet"
PAIR = {"dxcon-fg5678gh", "dxcon-fh2j4k6m"}
LONGEST_SECONDS = 120


@dataclass(frozen=True)
class Run:
    """One execution that ended."""

    name: str
    status: str
    error: str | None
    cause: str | None
    output: dict[str, Any]
    began: datetime
    ended: datetime


@dataclass(frozen=True)
class Account:
    """The sandbox as a user of the product sees it."""

    sandbox: Sandbox

    def start(self, document: object) -> Run:
        """Start `RotateFleet` by hand and wait for its end."""
        answer = self.sandbox.client("stepfunctions").start_execution(
            stateMachineArn=self.sandbox.outputs["RotateFleetArn"], input=json.dumps(document)
        )
        return self.ended(str(answer["executionArn"]))

    def fire(self) -> Run:
        """Fire the schedule and wait for the end of what it started."""
        before = set(self.executions("RotateFleetArn"))
        self.sandbox.delivery.fire_schedule(SCHEDULE)
        [arn] = eventually(lambda: set(self.executions("RotateFleetArn")) - before, bool)
        return self.ended(arn)

    def ended(self, arn: str) -> Run:
        """Wait for an execution's end."""
        client = self.sandbox.client("stepfunctions")
        look: Callable[[], Any] = lambda: client.describe_execution(executionArn=arn)  # noqa: E731
        it = eventually(look, lambda seen: seen["status"] != "RUNNING", LONGEST_SECONDS)
        output = json.loads(it.get("output") or "{}")
        return Run(it["name"], it["status"], it.get("error"), it.get("cause"), output, it["startDate"], it["stopDate"])

    def executions(self, output: str) -> list[str]:
        """Return the ARNs of a machine's executions."""
        client = self.sandbox.client("stepfunctions")
        listed = client.list_executions(stateMachineArn=self.sandbox.outputs[output])["executions"]
        return [each["executionArn"] for each in listed]

    def rotations(self, run: Run) -> dict[str, Run]:
        """Return what a fleet run started, by link."""
        names = {f"{run.name}-{link}": link for link in self.sandbox.twin.links()}
        arns = {arn: names.get(arn.rpartition(":")[2]) for arn in self.executions("RotateKeyArn")}
        return {link: self.ended(arn) for arn, link in arns.items() if link}

    def ckns(self) -> dict[str, list[str]]:
        """Return the CKNs of every link."""
        described = self.sandbox.twin
        return {link: [life.ckn for life in described.key_lives(link)] for link in described.links()}

    def row(self, pk: str, sk: str) -> dict[str, Any]:
        """Read a row of the ledger."""
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        client, table = self.sandbox.client("dynamodb"), self.sandbox.outputs["LedgerTable"]
        found: dict[str, Any] = client.get_item(TableName=table, Key=key).get("Item", {})
        return found


@pytest.fixture(scope="module")
def account(one_sandbox: OneSandbox) -> Account:
    chosen = {"dxmacsec": {"max_links_a_wave": 2}}
    sandbox = one_sandbox.of("rotate-fleet", lambda: Sandbox(context_overrides=chosen))
    answering(sandbox)
    return Account(sandbox)


def event(name: str) -> Any:  # noqa: ANN401 - any JSON
    return json.loads((EVENTS / f"{name}.json").read_text())


def test_a_dry_run_shows_the_whole_plan_and_changes_nothing(account: Account) -> None:
    before, calls = account.ckns(), len(account.executions("RotateKeyArn"))

    run = account.start(event("rotate_fleet_dry_run"))

    assert (run.status, run.output["status"]) == ("SUCCEEDED", "PLANNED")
    assert sorted(link for wave in run.output["waves"] for link in wave) == sorted(account.sandbox.twin.links())
    assert {each["reason"] for each in run.output["left_out"]} == {"NotMacSecCapable", "HostedConnection"}
    assert (account.ckns(), len(account.executions("RotateKeyArn"))) == (before, calls)
    assert account.row("FLEET", "LOCK#rotation") == {}


def test_firing_the_schedule_rotates_every_due_link_in_waves_and_loses_nothing(account: Account) -> None:
    before, links = account.ckns(), account.sandbox.twin.links()

    run = account.fire()

    rotations = account.rotations(run)
    assert (run.status, run.output["reason"]) == ("SUCCEEDED", "FleetRotated")
    assert set(rotations) == set(links)
    assert all(len(ckns) == len(before[link]) + 1 for link, ckns in account.ckns().items())
    for link in links:
        seconds = account.sandbox.twin.meter.seconds(link)
        assert (seconds.clear, seconds.dropped) == (0, 0)


def test_no_two_links_of_one_group_were_in_rotation_at_once(account: Account) -> None:
    [arn] = [arn for arn in account.executions("RotateFleetArn") if account.ended(arn).output.get("results")]

    rotations = account.rotations(account.ended(arn))

    pair = sorted((rotations[link] for link in PAIR), key=lambda each: each.began)
    at_once = [sum(one.began <= each.began < one.ended for one in rotations.values()) for each in rotations.values()]
    assert all(first.ended <= then.began for first, then in pairwise(pair))
    assert max(at_once) == 2


def test_a_second_firing_finds_nobody_due(account: Account) -> None:
    run = account.fire()

    assert (run.status, run.output["reason"]) == ("SUCCEEDED", "NothingDue")
    assert set(run.output["left_out_counts"]) == {"NotDue", "NotMacSecCapable", "HostedConnection"}


def test_a_wrong_input_is_refused_by_its_field(account: Account) -> None:
    run = account.start({"link": "dxcon-fg5678gh"})

    assert (run.status, run.error) == ("FAILED", "BadInput")
    assert "link: unknown; the fields are links, all" in str(run.cause)


def test_a_broken_router_stops_the_run_after_its_wave(account: Account) -> None:
    broken = "dxcon-ffw7x8y9"
    account.sandbox.twin.router(broken).behaviour = RouterBehaviour(answers="failure")

    run = account.start(event("rotate_fleet_all"))

    record = json.dumps(account.row("FLEET", f"RUN#{_stamp(account, run)}#{run.name}"))
    rotations = account.rotations(run)
    assert (run.status, run.error) == ("FAILED", "FleetStopped")
    assert f"{broken}: RouterFailed" in str(run.cause)
    assert len(rotations) == 2
    assert {link for link, each in rotations.items() if each.status == "SUCCEEDED"} <= PAIR
    for link in set(account.sandbox.twin.links()) - set(rotations):
        assert link in record.partition('"not_touched"')[2]


def _stamp(account: Account, run: Run) -> str:
    rows = account.sandbox.client("dynamodb").query(
        TableName=account.sandbox.outputs["LedgerTable"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "FLEET"}},
    )["Items"]
    [sort_key] = [row["sk"]["S"] for row in rows if row["sk"]["S"].endswith(run.name)]
    return str(sort_key.split("#")[1])


def test_a_maintenance_that_aws_health_announces_keeps_the_link_and_its_partner_out(account: Account) -> None:
    maintenance = event("health_maintenance_scheduled")
    entry = {
        "Source": maintenance["source"],
        "DetailType": maintenance["detail-type"],
        "Detail": json.dumps(maintenance["detail"]),
    }

    account.sandbox.client("events").put_events(Entries=[entry])
    account.sandbox.delivery.drain()
    eventually(lambda: account.row("MAINTENANCE", maintenance["detail"]["eventArn"]), bool)

    planned = account.start({"all": True, "dry_run": True}).output
    kept = {each["link"] for each in planned["left_out"] if each["reason"] == "MaintenancePlanned"}
    assert kept == PAIR


def test_a_closed_maintenance_is_forgotten(account: Account) -> None:
    maintenance = event("health_maintenance_scheduled")
    detail = {**maintenance["detail"], "statusCode": "closed"}
    entry = {"Source": "aws.health", "DetailType": "AWS Health Event", "Detail": json.dumps(detail)}

    account.sandbox.client("events").put_events(Entries=[entry])
    account.sandbox.delivery.drain()

    eventually(lambda: account.row("MAINTENANCE", detail["eventArn"]), lambda row: row == {})


def test_the_functions_of_the_fleet_may_do_what_they_do_and_nothing_else(account: Account) -> None:
    deployed = Deployed(account.sandbox)
    grants = {grant for grant in granted(deployed) if grant.function in FLEET_FUNCTIONS}
    uses = {use for use in used(deployed) if use.function in FLEET_FUNCTIONS}

    outside = [use for use in uses if not any(covers(grant, use) for grant in grants)]
    idle = {(grant.function, grant.action) for grant in grants} - {(use.function, use.action) for use in uses}

    assert outside == []
    assert {each for each in idle if each[1] not in BY_AWS} - excused() == set()
