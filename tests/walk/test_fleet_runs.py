"""Whole fleet runs over estates of several links, on the virtual clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dxmacsec.fleet import KeySince, Maintenance, Window
from dxmacsec.interfaces import Owner
from sandbox.twin import DEFAULT_ESTATE
from sandbox.twin.behaviour import RouterBehaviour
from tests.walk.execution import Execution
from tests.walk.fleet_walker import FleetWalker
from tests.worlds.estates import a_pair_of_connections
from tests.worlds.scene import a_scene

NORTH_A, NORTH_B = "dxcon-fg5678gh", "dxcon-fh2j4k6m"
LAG, EDGE = "dxlag-fgt5r4e3", "dxcon-ffw7x8y9"
EVERY_LINK = {NORTH_A, NORTH_B, LAG, EDGE}


@pytest.fixture
def walker() -> FleetWalker:
    return FleetWalker(a_scene(DEFAULT_ESTATE))


def rotated(walker: FleetWalker) -> list[str]:
    return [each.input["link"] for each in walker.rotations() if each.status == "SUCCEEDED"]


def lost(walker: FleetWalker) -> float:
    seconds = [walker.scene.twin.meter.seconds(link) for link in EVERY_LINK]
    return sum(each.clear + each.dropped for each in seconds)


def reasons(run: Execution) -> dict[str, str]:
    return {each["link"]: each["reason"] for each in run.output["left_out"]}


def test_rotates_every_due_link_and_loses_nothing(walker: FleetWalker) -> None:
    run = walker.rotate_fleet()

    assert (run.status, run.output["reason"]) == ("SUCCEEDED", "FleetRotated")
    assert set(rotated(walker)) == EVERY_LINK
    assert lost(walker) == 0
    assert walker.scene.fleet_ledger.lock is None


def test_the_next_run_finds_nobody_due(walker: FleetWalker) -> None:
    walker.rotate_fleet()

    run = walker.rotate_fleet()

    assert run.output["reason"] == "NothingDue"
    assert len(walker.rotations()) == len(EVERY_LINK)


def test_a_key_is_due_again_when_its_age_in_the_ledger_is_over(walker: FleetWalker) -> None:
    walker.rotate_fleet()
    walker.scene.clock.sleep(timedelta(days=91).total_seconds())

    walker.rotate_fleet()

    assert len(rotated(walker)) == 2 * len(EVERY_LINK)


def test_a_dry_run_starts_nothing_and_takes_no_lock(walker: FleetWalker) -> None:
    run = walker.rotate_fleet(dry_run=True)

    assert run.output["status"] == "PLANNED"
    assert {link for wave in run.output["waves"] for link in wave} == EVERY_LINK
    assert walker.rotations() == []
    assert walker.scene.fleet_ledger.records == {}


def test_the_first_failure_stops_the_waves_that_have_not_started(walker: FleetWalker) -> None:
    walker.scene.twin.router(EDGE).behaviour = RouterBehaviour(answers="failure")

    run = walker.rotate_fleet()

    [record] = walker.scene.fleet_ledger.records.values()
    [(subject, text)] = [alert for alert in walker.scene.herald.alerts if "fleet" in alert[0]]
    assert (run.status, run.error) == ("FAILED", "FleetStopped")
    assert rotated(walker) == [NORTH_A, LAG]
    assert record["not_touched"] == [NORTH_B]
    assert subject == "dxmacsec fleet: FleetStopped"
    assert f"{EDGE}: FAILED RouterFailed" in text
    assert f"Not touched:\n  {NORTH_B}\n" in text
    assert walker.scene.fleet_ledger.lock is None


def test_a_named_member_stands_for_its_lag(walker: FleetWalker) -> None:
    run = walker.rotate_fleet(links=["dxcon-fm1n2p3q"])

    assert run.output["waves"] == [[LAG]]
    assert rotated(walker) == [LAG]


def test_a_named_link_that_can_hold_no_key_fails_the_run(walker: FleetWalker) -> None:
    run = walker.rotate_fleet(links=["dxcon-fk9l8m7n", NORTH_A])

    assert (run.status, run.error) == ("FAILED", "LinksLeftOut")
    assert rotated(walker) == [NORTH_A]


def test_an_unknown_link_is_refused_before_anything_starts(walker: FleetWalker) -> None:
    run = walker.rotate_fleet(links=["dxcon-00000000", NORTH_A])

    assert (run.status, run.error) == ("FAILED", "LinkNotFound")
    assert walker.rotations() == []


@pytest.mark.parametrize(
    "data",
    [[], {"link": NORTH_A}, {"links": []}, {"links": "all"}, {"links": [NORTH_A], "all": True}, {"all": "yes"}],
    ids=["a list", "an unknown field", "no link", "text for a list", "links and all", "text for a flag"],
)
def test_a_wrong_input_is_refused(walker: FleetWalker, data: object) -> None:
    run = walker.walk(walker.start("rotate_fleet", data))

    assert (run.status, run.error) == ("FAILED", "BadInput")


def test_a_second_run_is_refused_with_the_name_of_the_first(walker: FleetWalker) -> None:
    first = Owner("arn:first", "first-run", walker.scene.clock.now())
    walker.scene.fleet_ledger.lock = first

    run = walker.rotate_fleet()

    assert (run.status, run.error) == ("FAILED", "FleetAlreadyRunning")
    assert "first-run" in str(run.cause)
    assert walker.scene.fleet_ledger.lock == first


def test_the_lock_of_a_run_that_was_stopped_is_freed_after_a_while(walker: FleetWalker) -> None:
    stopped = walker.walk_to(walker.start("rotate_fleet", {}), "CheckWave")
    walker.stop(stopped)
    walker.scene.clock.sleep(300)

    run = walker.rotate_fleet()

    assert run.status == "SUCCEEDED"


def test_a_link_that_somebody_rotates_is_left_to_them(walker: FleetWalker) -> None:
    walker.walk_to(walker.start("rotate_key", {"link": NORTH_A}), "AssociateKey")

    run = walker.rotate_fleet(dry_run=True)

    assert {link for link, reason in reasons(run).items() if reason == "AlreadyRotating"} == {NORTH_A, NORTH_B}


def test_a_dark_partner_keeps_a_link_out_of_the_plan(walker: FleetWalker) -> None:
    walker.scene.twin.drop_port(NORTH_B)
    walker.scene.clock.sleep(60)

    run = walker.rotate_fleet(dry_run=True)

    assert reasons(run)[NORTH_A] == "PartnerNotEncrypted"
    assert reasons(run)[NORTH_B] == "LinkNotAvailable"


def test_a_wave_waits_for_a_partner_and_stops_the_run_when_it_stays_dark(walker: FleetWalker) -> None:
    run = walker.walk_to(walker.start("rotate_fleet", {}), "CheckWave")
    walker.scene.twin.drop_port(NORTH_B)

    walker.walk(run)

    assert (run.status, run.error) == ("FAILED", "PartnerNotEncrypted")
    assert walker.rotations() == []


def test_a_wave_goes_on_when_its_partner_comes_back(walker: FleetWalker) -> None:
    run = walker.walk_to(walker.start("rotate_fleet", {}), "CheckWave")
    walker.scene.twin.flap(NORTH_B, 60)

    walker.walk(run)

    assert run.status == "SUCCEEDED"
    assert "WaitForPartner" in run.visited


def test_maintenance_of_a_partner_postpones_both(walker: FleetWalker) -> None:
    soon = walker.scene.clock.now() + timedelta(hours=23)
    walker.scene.fleet_ledger.put_maintenance(Maintenance("arn:event", (NORTH_B,), soon, None, "MAINTENANCE"))

    run = walker.rotate_fleet()
    by_hand = walker.rotate(NORTH_A)

    assert set(rotated(walker)) == {LAG, EDGE}
    assert {run.output["left_out_counts"]["MaintenancePlanned"], by_hand.error} == {2, "MaintenancePlanned"}


def test_a_resiliency_group_of_direct_connect_comes_before_the_tag(walker: FleetWalker) -> None:
    scene = walker.scene
    made = scene.twin.call(
        "CreateResiliencyGroup",
        {"resiliencyGroupName": "everything", "intendedResiliencyModel": "high-resiliency"},
    )["resiliencyGroup"]["resiliencyGroupId"]
    scene.twin.call(
        "AssociateConnectionsToResiliencyGroup",
        {"resiliencyGroupId": made, "connectionIdentifiers": [NORTH_A, "dxlag-fgt5r4e3", EDGE]},
    )

    run = walker.rotate_fleet(dry_run=True)

    assert {each["group"] for each in run.output["due"] if each["link"] != NORTH_B} == {made}
    assert [len(wave) for wave in run.output["waves"]] == [2, 1, 1]


def test_a_run_waits_for_a_window_that_opens_soon() -> None:
    walker = FleetWalker(a_scene(DEFAULT_ESTATE, windows=(Window("0 2 * * *", 1440, "UTC"),), bake=timedelta(0)))
    closed = FleetWalker(a_scene(DEFAULT_ESTATE, windows=(Window("0 2 * * *", 60, "UTC"),), bake=timedelta(0)))

    open_run, late_run = walker.rotate_fleet(), closed.rotate_fleet()

    assert "WaitForWindow" not in open_run.visited
    assert "WaitForWindow" in late_run.visited
    assert {each.started_at.hour for each in closed.rotations()} == {2}


def test_a_window_that_closes_stops_the_waves_that_have_not_started() -> None:
    walker = FleetWalker(a_scene(DEFAULT_ESTATE, windows=(Window("0 12 * * *", 30, "UTC"),)))

    run = walker.rotate_fleet()

    assert (run.status, run.output["reason"]) == ("SUCCEEDED", "WindowClosed")
    assert run.output["not_touched"]


def test_people_are_told_when_no_window_opens_before_a_key_is_too_old() -> None:
    walker = FleetWalker(a_scene(DEFAULT_ESTATE, windows=(Window("0 2 1 6 *", 60, "UTC"),)))

    run = walker.rotate_fleet()

    assert (run.status, run.error) == ("FAILED", "NoWindowInTime")
    assert walker.rotations() == []
    assert [subject for subject, _ in walker.scene.herald.alerts] == ["dxmacsec fleet: NoWindowInTime"]


def test_an_urgent_run_needs_no_window(walker: FleetWalker) -> None:
    walker.rotate_fleet()
    shut = FleetWalker(walker.scene.with_limits(windows=(Window("0 2 1 6 *", 60, "UTC"),)))

    refused = shut.rotate_fleet(links=[EDGE], name="refused")
    urgent = shut.rotate_fleet(links=[EDGE], urgent=True, name="urgent")

    assert (refused.error, urgent.status) == ("OutsideWindow", "SUCCEEDED")


def test_named_links_wait_for_a_window_that_opens_soon_where_they_are_asked_to() -> None:
    tonight = FleetWalker(a_scene(DEFAULT_ESTATE, windows=(Window("0 2 * * *", 60, "UTC"),), bake=timedelta(0)))
    far_off = FleetWalker(a_scene(DEFAULT_ESTATE, windows=(Window("0 2 1 6 *", 60, "UTC"),), bake=timedelta(0)))

    waited, refused = (each.rotate_fleet(links=[EDGE], wait_for_window=True) for each in (tonight, far_off))

    assert "WaitForWindow" in waited.visited
    assert {each.started_at.hour for each in tonight.rotations()} == {2}
    assert (refused.error, far_off.rotations()) == ("OutsideWindow", [])


def test_inside_a_window_a_key_is_due_that_would_be_too_old_before_the_next(walker: FleetWalker) -> None:
    scene = walker.scene.with_limits(windows=(Window("0 12 1 * *", 600, "UTC"),))
    walker = FleetWalker(scene)
    for link, days in ((NORTH_A, 60), (NORTH_B, 58), (LAG, 10), (EDGE, 10)):
        since = scene.clock.now() - timedelta(days=days)
        [key] = scene.link(link).keys
        scene.fleet_ledger.set_key_since(link, KeySince(key.ckn, since, "before"))

    run = walker.rotate_fleet(dry_run=True)

    assert [each["link"] for each in run.output["due"]] == [NORTH_A]


def test_a_repeat_of_a_wave_starts_no_rotation_twice(walker: FleetWalker) -> None:
    first = walker.rotate_fleet(name="a-run", links=[EDGE])

    second = walker.rotate_fleet(name="a-run", links=[EDGE])

    assert first.status == "SUCCEEDED"
    assert second.error == "FleetStopped"
    assert rotated(walker) == [EDGE]


def test_a_run_that_no_window_lets_in_ends_well_while_no_key_gets_too_old(walker: FleetWalker) -> None:
    walker.rotate_fleet()
    shut = FleetWalker(walker.scene.with_limits(windows=(Window("0 2 1 4 *", 60, "UTC"),)))

    run = shut.rotate_fleet(name="shut-out")

    assert (run.status, run.output["reason"]) == ("SUCCEEDED", "OutsideWindow")
    assert shut.rotations() == []


def test_the_partners_of_undeclared_links_are_nobody_s_question() -> None:
    walker = FleetWalker(a_scene(a_pair_of_connections(declared=False)))

    run = walker.rotate_fleet(all=True)

    assert run.status == "SUCCEEDED"
    assert [len(wave) for wave in run.output["waves"]] == [1, 1]
