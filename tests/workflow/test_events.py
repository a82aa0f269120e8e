"""Each file of events/ is an input as it really comes, read by the code that reads it in production."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.task import parse_task
from dxmacsec.compliance import PromptKind
from dxmacsec.fleet import FleetRequest
from dxmacsec.model import RouterAnswer, RouterTaskKind
from dxmacsec.policy.change_events import read_prompt
from dxmacsec.policy.health import read_maintenance
from dxmacsec.policy.proof import read_answer
from dxmacsec.policy.request import enforcement_request, fleet_request, rotation_request
from dxmacsec.policy.secret_events import Happening, read_label_moved, read_trouble
from dxmacsec.policy.secret_rotation import ContractStep, read_request
from tests.workflow.deployed import Deployed

EVENTS = Path(__file__).parents[2] / "events"
ROTATIONS: dict[str, dict[str, object]] = {
    "rotate_key.json": {},
    "rotate_key_reason.json": {"reason": "CHG0031337: the quarterly key change"},
    "rotate_key_dry_run.json": {"dry_run": True},
    "rotate_key_urgent.json": {"urgent": True, "reason": "INC0004711: the key was in a ticket"},
    "rotate_key_version.json": {"version_id": "b958ae25-5e60-55ec-95b2-4b727f954c8e"},
    "rotate_key_accept_no_way_back.json": {"accept_no_way_back": True},
}
ENFORCEMENTS = {"enforce_encryption.json": False, "enforce_encryption_nested.json": True}
ANSWERS = {"router_task_answer.json"}
TASKS = {"router_task_install.json"}
SECRET_STEPS = {"secret_rotation_step.json"}
LABELS = {"secret_label_updated.json"}
SECRET_TROUBLE = {
    "secret_rotation_failed.json": Happening.FAILED,
    "secret_rotation_abandoned.json": Happening.ABANDONED,
    "key_secret_deleted.json": Happening.DELETED,
}
CHANGES = {
    "connection_created.json": PromptKind.CHANGED,
    "connection_deleted.json": PromptKind.CHANGED,
    "connection_left_lag.json": PromptKind.CHANGED,
    "connection_mode_changed.json": PromptKind.CHANGED,
    "hosted_connection_allocated.json": PromptKind.CHANGED,
    "key_disassociated.json": PromptKind.CHANGED,
    "lag_mode_changed.json": PromptKind.CHANGED,
    "link_tagged.json": PromptKind.CHANGED,
    "managed_secret_deleted.json": PromptKind.CHANGED,
    "managed_secret_restored.json": PromptKind.CHANGED,
    "enforcement_ended.json": PromptKind.ENDED,
    "link_freed.json": PromptKind.FREED,
}
NOTHING_TO_DO = {"change_refused.json": "CallRefused", "our_own_call.json": "OwnDoing"}
OF_SECRETS = {*SECRET_STEPS, *LABELS, *SECRET_TROUBLE}
FLEET_RUNS: dict[str, FleetRequest] = {
    "schedule.json": FleetRequest(),
    "rotate_fleet.json": FleetRequest(reason="after the audit"),
    "rotate_fleet_all.json": FleetRequest(all=True, reason="new routers"),
    "rotate_fleet_dry_run.json": FleetRequest(dry_run=True),
    "rotate_fleet_links.json": FleetRequest(links=("dxcon-fg5678gh", "dxlag-fgt5r4e3"), reason="CHG0031415"),
    "rotate_fleet_urgent.json": FleetRequest(links=("dxcon-fg5678gh",), urgent=True, reason="the key may be known"),
}
RECOVERIES = {"recover_link.json"}
ENDS = {"step_functions_aborted.json"}
HEALTH = {"health_maintenance_scheduled.json"}


def _event(name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    return json.loads((EVENTS / name).read_text())


def test_every_file_is_read_by_a_test() -> None:
    known = ROTATIONS.keys() | ENFORCEMENTS.keys() | ANSWERS | TASKS | FLEET_RUNS.keys() | HEALTH | OF_SECRETS
    known |= CHANGES.keys() | NOTHING_TO_DO.keys() | RECOVERIES | ENDS

    assert {path.name for path in EVENTS.iterdir()} == known


@pytest.mark.parametrize("name", ROTATIONS)
def test_a_rotation_is_asked_for(name: str) -> None:
    request = rotation_request(_event(name))

    asked = {field: getattr(request, field) for field in ROTATIONS[name]}
    assert asked == ROTATIONS[name]
    assert request.dry_run is (name == "rotate_key_dry_run.json")
    assert request.link.startswith("dx")


@pytest.mark.parametrize("name", FLEET_RUNS)
def test_a_fleet_run_is_asked_for(name: str) -> None:
    assert fleet_request(_event(name)) == FLEET_RUNS[name]


@pytest.mark.parametrize("name", HEALTH)
def test_aws_health_announces_a_maintenance(name: str) -> None:
    maintenance, is_closed = read_maintenance(_event(name))

    assert maintenance.links == ("dxcon-fg5678gh",)
    assert maintenance.what == "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED"
    assert not is_closed


@pytest.mark.parametrize("name", ENFORCEMENTS)
def test_an_enforcement_is_asked_for(name: str) -> None:
    request = enforcement_request(_event(name))

    assert request["link"].startswith("dxcon-")
    assert ("owner" in request) is ENFORCEMENTS[name]


def test_a_router_answers() -> None:
    received_at = datetime(2026, 11, 21, tzinfo=UTC)

    answer = read_answer({**_event("router_task_answer.json"), "received_at": received_at.isoformat()})

    assert isinstance(answer, RouterAnswer)
    assert answer.by == "jane@example.com"
    assert len(answer.ports) == 2
    assert len(set(answer.ports.values())) == 1


def test_an_agent_gets_a_router_task() -> None:
    task = parse_task(json.dumps(_event("router_task_install.json")))

    assert task.task is RouterTaskKind.INSTALL
    assert task.ports == ("dxcon-fm1n2p3q", "dxcon-fm4n5p6q")


def test_secrets_manager_calls_with_a_step() -> None:
    request = read_request(_event("secret_rotation_step.json"))

    assert request.step is ContractStep.CREATE
    assert ":secret:dxmacsec/dxcon-" in request.secret_id


def test_secrets_manager_tells_of_a_label() -> None:
    moved = read_label_moved(_event("secret_label_updated.json"))

    assert moved.secret == "dxmacsec/dxcon-fg5678gh"  # noqa: S105 - a secret's name
    assert moved.version_id == "22222222-2222-4222-8222-222222222222"


@pytest.mark.parametrize("name", SECRET_TROUBLE)
def test_cloudtrail_tells_of_a_secret(name: str) -> None:
    trouble = read_trouble(_event(name))

    assert trouble.happening is SECRET_TROUBLE[name]
    assert trouble.secret.startswith("arn:aws:secretsmanager:")
    assert not trouble.refused


@pytest.mark.parametrize("name", CHANGES)
def test_something_changed_on_a_link(name: str) -> None:
    prompt = read_prompt(_event(name))

    assert prompt.kind is CHANGES[name]
    assert prompt.nothing is None
    assert prompt.links or prompt.secret


@pytest.mark.parametrize("name", NOTHING_TO_DO)
def test_there_is_nothing_to_do_about_a_call_that_was_refused_or_ours(name: str) -> None:
    assert read_prompt(_event(name)).nothing == NOTHING_TO_DO[name]


@pytest.mark.deployed
@pytest.mark.parametrize("name", ["rotate_key.json", "rotate_key_dry_run.json"])
def test_the_deployed_machine_starts_with_the_file(deployed: Deployed, name: str) -> None:
    document = {**_event(name), "link": "dxcon-eventin1"}

    ended = deployed.ended(deployed.start(document))

    assert ended.status == "SUCCEEDED"
    assert ended.output["status"] == ("PLANNED" if document.get("dry_run") else "SUCCEEDED")


@pytest.mark.deployed
def test_the_deployed_enforcement_starts_with_the_file(deployed: Deployed) -> None:
    document = {**_event("enforce_encryption.json"), "link": "dxcon-untouch1"}

    ended = deployed.ended(deployed.start(document, "EnforceEncryptionArn"))

    assert (ended.status, ended.output["reason"]) == ("SUCCEEDED", "AlreadyEnforced")
