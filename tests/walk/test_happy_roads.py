"""The roads on which nothing goes wrong: no second in clear, none lost, never without a key."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from agent.task import parse_task
from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT, RouterMode
from sandbox.twin import Estate
from tests.walk.quick import Walk, a_walk, disassociate
from tests.walk.walker import Walker
from tests.worlds.estates import (
    INTERCONNECT,
    LAG,
    LINK,
    MEMBERS,
    a_connection,
    a_lag,
    a_pair_of_connections,
    an_interconnect,
)
from tests.worlds.outside import a_pair
from tests.worlds.scene import a_scene

IN_USE = {"DxInUse", "AWSCURRENT"}


def assert_rotated(walk: Walk, ckn: str) -> None:
    link = walk.scene.link(walk.link_id)
    assert walk.ckns() == [ckn]
    assert (link.mode, link.encrypted) == (MUST_ENCRYPT, True)
    assert walk.labels(ckn) - {"AWSPREVIOUS"} == IN_USE
    assert walk.witness.complaints() == []


@pytest.mark.parametrize(
    ("estate", "link_id"),
    [
        pytest.param(a_connection(), LINK, id="connection"),
        pytest.param(a_lag(), LAG, id="lag"),
        pytest.param(an_interconnect(), INTERCONNECT, id="interconnect"),
        pytest.param(a_connection(mode="should_encrypt"), LINK, id="not yet enforced"),
        pytest.param(a_connection(keys=2), LINK, id="two adopted keys"),
        pytest.param(a_connection(keys=3), LINK, id="a full chain"),
        pytest.param(a_lag(keys=3), LAG, id="a LAG with a full chain"),
        pytest.param(a_pair_of_connections(), LINK, id="one of a redundant pair"),
    ],
)
def test_a_link_changes_its_key_without_losing_a_second(estate: Estate, link_id: str) -> None:
    walk = a_walk(estate, link_id)

    execution = walk.rotate()

    assert execution.status == "SUCCEEDED"
    assert execution.output["reason"] == "Rotated"
    assert walk.witness.fewest_associated >= 1
    assert walk.witness.lost_seconds == 0
    assert_rotated(walk, walk.made())


@pytest.mark.parametrize(("mode", "enforces"), [(MUST_ENCRYPT, False), (SHOULD_ENCRYPT, True)])
def test_only_a_mode_that_the_last_look_did_not_see_enforced_is_enforced(mode: str, *, enforces: bool) -> None:
    walk = a_walk(a_connection(mode=mode))

    execution = walk.rotate()

    assert ("EnforceEncryption" in execution.visited) is enforces
    assert walk.record()["mode_enforced"] == execution.output["mode"] == MUST_ENCRYPT
    assert_rotated(walk, walk.made())


def test_what_was_seen_of_the_mode_before_the_router_was_asked_again_does_not_count() -> None:
    walk = a_walk(a_connection(keys=2))
    execution = walk.start()
    walk.walker.walk_to(execution, "PromoteKey")
    walk.walker.walk_to(execution, "ConfirmOnRouter")
    (left,) = set(walk.ckns()) - {walk.made()}

    disassociate(walk.scene, LINK, left)
    walk.scene.twin.call("UpdateConnection", {"connectionId": LINK, "encryptionMode": SHOULD_ENCRYPT}, principal="them")
    walk.walker.walk(execution)

    assert "EnforceEncryption" in execution.visited
    assert_rotated(walk, walk.made())


@pytest.mark.parametrize("mode", ["should_encrypt", "no_encrypt", "must_encrypt"])
def test_a_link_without_a_key_is_onboarded(mode: str) -> None:
    walk = a_walk(a_connection(keys=0, mode=mode))

    execution = walk.rotate()

    assert (execution.status, execution.output["reason"]) == ("SUCCEEDED", "Onboarded")
    assert "RemoveFromRouter" not in execution.visited
    assert_rotated(walk, walk.made())


@pytest.mark.parametrize("keys", [1, 3])
def test_a_link_leaves_no_encrypt_before_its_ports_are_waited_for(keys: int) -> None:
    walk = a_walk(a_connection(keys=keys, mode="no_encrypt"))

    execution = walk.rotate()

    assert execution.status == "SUCCEEDED"
    assert_rotated(walk, walk.made())


def test_a_second_rotation_brings_another_key() -> None:
    walk = a_walk()
    walk.rotate()

    execution = walk.rotate()

    assert execution.output["old_ckns"] == [walk.made(0)]
    assert "DxInUse" not in walk.labels(walk.made(0))
    assert_rotated(walk, walk.made(1))


def test_the_production_waits_end_as_well_as_the_short_ones() -> None:
    walker = Walker(a_scene(a_connection()))

    execution = walker.rotate(LINK)

    assert execution.status == "SUCCEEDED"
    assert len(execution.visited) < 200


def test_a_member_leads_to_its_lag_and_says_so() -> None:
    walk = a_walk(a_lag(), LAG)

    execution = walk.walker.rotate(MEMBERS[0])

    assert (execution.output["link"], execution.output["member_given"]) == (LAG, MEMBERS[0])
    assert_rotated(walk, walk.made())


def test_urgent_skips_the_bake_and_says_so() -> None:
    walk = a_walk()
    walk.rotate()

    execution = walk.rotate(urgent=True, reason="CAK was seen in a ticket")

    assert execution.status == "SUCCEEDED"
    assert "WaitToBake" not in execution.visited
    assert any("urgent" in line for line in walk.record()["not_checked"])


def test_without_a_bake_the_proof_is_the_confirmation() -> None:
    walk = a_walk(bake=timedelta(0))

    execution = walk.rotate()

    assert "ConfirmOnRouter" not in execution.visited
    assert_rotated(walk, walk.made())


def test_a_dry_run_shows_the_plan_and_changes_nothing() -> None:
    walk = a_walk(a_connection(keys=2))
    before = walk.ckns()

    execution = walk.rotate(dry_run=True)

    assert (execution.status, execution.output["status"]) == ("SUCCEEDED", "PLANNED")
    assert len(execution.output["plan"]["steps"]) > 5
    assert walk.ckns() == before
    assert walk.scene.ledger.everything() == "[[], []]"
    assert walk.scene.key_secrets.secrets == {}
    assert (walk.scene.desk.sent, walk.scene.herald.events, walk.scene.herald.alerts) == ([], [], [])


def test_a_version_that_somebody_names_is_the_one_that_comes_in() -> None:
    walk = a_walk()
    own = a_pair("own key material")
    version = "11111111-2222-3333-4444-555555555555"
    walk.scene.key_secrets.create(LINK)
    walk.scene.key_secrets.put(LINK, version, own, frozenset({"AWSPENDING"}))

    execution = walk.rotate(version_id=version)

    assert execution.output["version_id"] == version
    assert walk.scene.key_maker.made == []
    assert_rotated(walk, own.ckn)


def test_people_may_take_hours_to_answer() -> None:
    walk = a_walk(router_mode=RouterMode.MANUAL)
    walk.behave(answers="late", late_seconds=5 * 3600)

    execution = walk.rotate()

    assert execution.status == "SUCCEEDED"
    assert_rotated(walk, walk.made())


def test_people_may_take_hours_to_say_which_key_of_a_full_chain_is_in_use() -> None:
    walk = a_walk(a_connection(keys=3), router_mode=RouterMode.MANUAL)
    walk.behave(answers="late", late_seconds=5 * 3600)

    execution = walk.rotate()

    assert (execution.status, execution.cause) == ("SUCCEEDED", None)
    assert_rotated(walk, walk.made())


def test_people_read_what_the_line_carries_and_the_agents_task_has_no_field_more() -> None:
    said: dict[RouterMode, list[dict[str, Any]]] = {}
    for mode in (RouterMode.MANUAL, RouterMode.AGENT):
        walk = a_walk(a_connection(keys=0, mode="should_encrypt"), router_mode=mode)
        assert walk.rotate().status == "SUCCEEDED"
        said[mode] = [message for _, message in walk.scene.desk.sent]

    lines = {message["task"]: message["line"] for message in said[RouterMode.MANUAL]}
    assert lines["install"] == f"what passes on {LINK} is in clear."
    assert lines["confirm"].startswith("encrypted")
    for message in said[RouterMode.AGENT]:
        assert parse_task(json.dumps({**message, "key_secret": "dxmacsec/x"})).link == LINK


def test_an_owner_whose_routers_fetch_keys_by_themselves_is_taken_by_the_word() -> None:
    walk = a_walk(router_mode=RouterMode.NONE)
    router = walk.scene.twin.router(LINK)

    def fetch() -> None:
        pair = walk.scene.key_maker.made[0]
        router.install(pair.ckn, pair.cak.reveal())

    walk.scene.trouble.at("key_secrets.put", "after", fetch)

    execution = walk.rotate()

    assert (execution.status, execution.output["proven_by"]) == ("SUCCEEDED", "owner-declared")
    assert walk.scene.desk.sent == []
    assert_rotated(walk, walk.made())


def test_audit_rotates_and_leaves_the_mode() -> None:
    walk = a_walk(a_connection(mode="should_encrypt"), enforcement="audit")

    execution = walk.rotate()

    assert execution.status == "SUCCEEDED"
    assert walk.scene.link(LINK).mode == "should_encrypt"
    assert walk.witness.complaints() == []


def test_a_router_that_does_not_take_old_keys_off_only_gets_a_warning() -> None:
    walk = a_walk()
    walk.walker.entering["RemoveFromRouter"] = lambda: walk.behave(answers="never")

    execution = walk.rotate()

    assert (execution.status, execution.output["remove_note"]) == ("SUCCEEDED", "States.HeartbeatTimeout")
    assert len(walk.scene.herald.alerts) == 1
    assert_rotated(walk, walk.made())


def test_make_room_reads_only_what_its_role_may_read() -> None:
    walk = a_walk(a_connection(keys=3))
    seen = walk.scene.trouble.seen
    begun = 0

    def mark() -> None:
        nonlocal begun
        begun = len(seen)

    walk.walker.entering["MakeRoom"] = mark
    execution = walk.start()
    walk.walker.walk_to(execution, "AskWhatIsInUse")

    read = {call.name for call in seen[begun:]}
    assert "direct_connect.link" in read
    assert read.isdisjoint({"direct_connect.links", "direct_connect.resiliency_groups", "fleet_ledger.maintenances"})
