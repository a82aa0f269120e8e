from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dxmacsec.fleet import Fleet, FleetRequest, KeySince
from dxmacsec.model import SCHEMA, Execution, Verdict
from dxmacsec.steps.check_wave import LONGEST_RUN_NAME, check_wave, run_name
from dxmacsec.steps.note_health import note_health
from dxmacsec.steps.plan_fleet import plan_fleet
from dxmacsec.steps.report_fleet import report_fleet
from sandbox.twin import DEFAULT_ESTATE
from tests.walk.fleet_walker import FleetWalker
from tests.worlds.estates import a_pair_of_connections
from tests.worlds.scene import Scene, a_scene

HEALTH = Path(__file__).parents[3] / "events" / "health_maintenance_scheduled.json"
EDGE = "dxcon-ffw7x8y9"
LONGEST_LINK = "dxcon-" + "f" * 17


@pytest.fixture
def scene() -> Scene:
    return a_scene(DEFAULT_ESTATE)


def planned(scene: Scene, name: str = "run", **asked: object) -> Fleet:
    execution = Execution(f"arn:{name}", name, scene.clock.now())
    return plan_fleet(asked, execution, scene.world)


def test_planning_twice_is_the_same_plan_under_the_same_lock(scene: Scene) -> None:
    first = planned(scene)

    assert planned(scene) == first
    assert scene.fleet_ledger.lock
    assert scene.fleet_ledger.lock.name == "run"


def test_checking_a_wave_twice_names_the_same_rotations(scene: Scene) -> None:
    fleet = planned(scene, reason="CHG1")

    first = check_wave(fleet, scene.world)

    assert check_wave(fleet, scene.world) == first
    assert {member.name for member in first.members} == {f"run-{member.link}" for member in first.members}
    assert first.members[0].input["reason"] == "fleet run run, KeyTooOld: CHG1"


@pytest.mark.parametrize("name", ["r", "r" * LONGEST_RUN_NAME, "r" * 80])
def test_the_name_of_a_rotation_is_never_too_long(name: str) -> None:
    assert len(f"{run_name(name)}-{LONGEST_LINK}") <= 80


def test_long_names_of_two_runs_stay_two() -> None:
    assert run_name("r" * 79 + "a") != run_name("r" * 79 + "b")


def test_reporting_twice_writes_one_record(scene: Scene) -> None:
    fleet = planned(scene)

    assert report_fleet(fleet, scene.world) == report_fleet(fleet, scene.world)
    assert len(scene.fleet_ledger.records) == 1
    assert scene.fleet_ledger.lock is None


def test_a_long_list_is_cut_in_the_alert(scene: Scene) -> None:
    fleet = Fleet(
        SCHEMA,
        "run",
        "arn:run",
        FleetRequest(),
        scene.clock.now(),
        Verdict("done"),
        warnings=tuple(f"dxcon-{number:08d}: dxmacsec:rotate" for number in range(25)),
    )

    report_fleet(fleet, scene.world)

    [(_, text)] = scene.herald.alerts
    assert "Tags to look at:" in text
    assert "… and 5 more" in text
    assert "dxcon-00000024" not in text


def test_a_maintenance_is_noted_once_and_forgotten_when_it_is_closed(scene: Scene) -> None:
    event = json.loads(HEALTH.read_text())
    closed = {**event, "detail": {**event["detail"], "statusCode": "closed"}}

    note_health(event, scene.world)
    note_health(event, scene.world)
    [known] = scene.fleet_ledger.maintenances()
    note_health(closed, scene.world)

    assert known.links == ("dxcon-fg5678gh",)
    assert scene.fleet_ledger.maintenances() == ()


def test_a_rotation_writes_down_since_when_its_key_is_used(scene: Scene) -> None:
    walker = FleetWalker(scene)

    rotation = walker.rotate(EDGE)

    [key] = scene.link(EDGE).keys
    assert scene.fleet_ledger.keys == {EDGE: KeySince(key.ckn, rotation.started_at, rotation.name)}


def test_a_rotation_that_failed_writes_no_age(scene: Scene) -> None:
    walker = FleetWalker(scene)
    scene.twin.drop_port(EDGE)

    walker.rotate(EDGE)

    assert scene.fleet_ledger.keys == {}


def test_the_schedule_leaves_the_links_to_a_coordinator_that_speaks_and_goes_on_alone_when_it_is_silent() -> None:
    scene = a_scene(DEFAULT_ESTATE, coordinated=True)
    asked = planned(scene, "ask", dry_run=True, coordinated="organisation-1")
    scene.clock.sleep(timedelta(hours=49).total_seconds())
    left = planned(scene, "schedule")
    scene.clock.sleep(timedelta(hours=1).total_seconds())
    alone = planned(scene, "schedule-2")

    assert asked.verdict.next == "planned"
    assert scene.fleet_ledger.coordinator
    assert scene.fleet_ledger.coordinator[0] == "organisation-1"
    assert (left.verdict.next, left.verdict.reason) == ("stop", "Coordinated")
    assert alone.verdict.next == "go"


def test_where_no_coordinator_is_configured_nobody_waits_for_one(scene: Scene) -> None:
    planned(scene, "ask", dry_run=True, coordinated="organisation-1")

    assert planned(scene).verdict.next == "go"


@pytest.mark.parametrize("asked", [{"links": [EDGE]}, {"all": True}, {"dry_run": True}, {"urgent": True}])
def test_a_person_is_never_sent_to_the_coordinator(asked: dict[str, Any]) -> None:
    scene = a_scene(DEFAULT_ESTATE, coordinated=True)
    scene.fleet_ledger.note_coordinator("organisation-1", scene.clock.now())

    assert planned(scene, **asked).verdict.next in ("go", "planned")


def test_a_dry_run_for_the_coordinator_says_how_the_links_of_spanning_groups_stand() -> None:
    estate = a_pair_of_connections()
    ports = tuple(replace(port, tags={"dxmacsec:redundancy-group": "org:paris"}) for port in estate.connections)
    scene = a_scene(replace(estate, connections=ports))
    scene.clock.sleep(timedelta(days=200).total_seconds())

    asked = report_fleet(planned(scene, dry_run=True, coordinated="organisation-1"), scene.world).report
    alone = report_fleet(planned(scene, dry_run=True), scene.world).report

    assert asked
    assert alone
    assert [(each["group"], each["carries"]) for each in asked["spanning"]] == [("org:paris", True)] * 2
    assert "spanning" not in alone
    assert {each["reason"] for each in alone["left_out"]} == {"GroupSpansAccounts"}
