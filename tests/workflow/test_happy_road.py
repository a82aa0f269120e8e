"""A link's key changes, and the link never stops carrying encrypted traffic."""

from __future__ import annotations

from datetime import datetime

import pytest

from sandbox.twin import KeyLife
from tests.workflow.deployed import Deployed, Ended
from tests.workflow.estate import LAG, MEMBER
from tests.workflow.stories import LINKS, Stories

pytestmark = pytest.mark.deployed

ROTATED = ["connection", "LAG", "interconnect", "three keys", "urgent", "version", "no way back"]
ENDING_WELL = [*ROTATED, "onboarding", "no_encrypt"]


def _end(stories: Stories, story: str) -> Ended:
    return stories[story][-1]


@pytest.mark.parametrize("story", ENDING_WELL)
def test_the_execution_ends_green_and_names_what_it_did(stories: Stories, story: str) -> None:
    ended = _end(stories, story)

    assert (ended.status, ended.error, ended.cause) == ("SUCCEEDED", "", "")
    assert ended.output["link"] == LINKS[story]
    assert ended.output["reason"] == ("Onboarded" if story == "onboarding" else "Rotated")
    assert ended.output["proven_by"] == "router"
    assert ended.output["mode"] == "must_encrypt"
    assert ended.output["remove_note"] is None


@pytest.mark.parametrize("story", ENDING_WELL)
def test_the_link_ends_encrypted_with_exactly_its_new_key(deployed: Deployed, stories: Stories, story: str) -> None:
    ended, link = _end(stories, story), LINKS[story]

    seen = deployed.described(link)

    assert seen["encryptionMode"] == "must_encrypt"
    assert deployed.encryption(link) == {"Encryption Up"}
    assert [(key["ckn"], key["state"]) for key in seen["macSecKeys"]] == [(ended.output["new_ckn"], "associated")]


@pytest.mark.parametrize("story", ROTATED)
def test_not_a_second_is_clear_or_dropped(deployed: Deployed, stories: Stories, story: str) -> None:
    assert _end(stories, story).status == "SUCCEEDED"

    traffic = deployed.twin.meter.seconds(LINKS[story])

    assert traffic.encrypted > 0
    assert (traffic.clear, traffic.dropped) == (0, 0)


@pytest.mark.parametrize("story", ["onboarding", "no_encrypt"])
def test_a_link_that_was_clear_drops_nothing_and_is_encrypted_from_then_on(
    deployed: Deployed, stories: Stories, story: str
) -> None:
    ended = _end(stories, story)

    timeline = deployed.twin.meter.timeline(LINKS[story])

    assert [kind for _, _, kind in timeline] == ["clear", "encrypted"]
    assert timeline[-1][0] < ended.ended_at


@pytest.mark.parametrize("story", ROTATED)
def test_never_is_there_no_associated_key(deployed: Deployed, stories: Stories, story: str) -> None:
    ended = _end(stories, story)

    lives = deployed.twin.key_lives(LINKS[story])

    assert all(_associated(lives, at) for at in _changes(lives))
    assert len([life for life in lives if life.removed_at is None]) == 1
    assert any(life.ckn == ended.output["new_ckn"] and life.in_use for life in lives)


def _changes(lives: list[KeyLife]) -> list[datetime]:
    return [life.removed_at for life in lives if life.removed_at]


def _associated(lives: list[KeyLife], at: datetime) -> list[KeyLife]:
    """Return the keys that are associated at a moment and stay so after it."""
    return [
        life
        for life in lives
        if life.associated_at and life.associated_at <= at and (life.removed_at is None or life.removed_at > at)
    ]


@pytest.mark.parametrize("story", ENDING_WELL)
def test_the_labels_say_which_pair_is_in_use(deployed: Deployed, stories: Stories, story: str) -> None:
    ended, link = _end(stories, story), LINKS[story]
    (listed,) = deployed.keys(link)

    labels = deployed.labels(link)

    assert deployed.pair(link, "AWSCURRENT")["ckn"] == listed["ckn"]
    assert deployed.pair(link, "DxInUse")["ckn"] == listed["ckn"]
    assert {"AWSCURRENT", "DxInUse"} <= labels[ended.output["version_id"]]
    spoken = {label for some in labels.values() for label in some}
    assert not [label for label in spoken if label.startswith(("DxOld-", "DxNew", "DxFailed", "AWSPENDING"))]


@pytest.mark.parametrize("story", ENDING_WELL)
def test_the_router_holds_the_new_key_alone(deployed: Deployed, stories: Stories, story: str) -> None:
    ended = _end(stories, story)

    held = deployed.twin.router(LINKS[story]).keys()

    assert held == (ended.output["new_ckn"],)


@pytest.mark.parametrize("story", ENDING_WELL)
def test_the_ledger_keeps_a_whole_record_and_no_lock(deployed: Deployed, stories: Stories, story: str) -> None:
    ended, link = _end(stories, story), LINKS[story]

    record, rows = deployed.record(link, ended), deployed.rows(link)

    assert {row["sk"].split("#")[0] for row in rows} - {"VERDICT"} == {"ROTATION", "KEY"}
    assert (record["status"], record["rotation"], record["execution"]) == ("SUCCEEDED", ended.id, ended.arn)
    assert (record["new_ckn"], record["new_version_id"]) == (ended.output["new_ckn"], ended.output["version_id"])
    assert sorted(record["retired_ckns"]) == sorted(record["old_ckns"])
    assert (record["mode_enforced"], record["router_mode"]) == ("must_encrypt", "agent")
    assert {check["what"] for check in record["checks"]} >= {"key", "prove", "promote"}
    assert record["not_checked"]


def test_a_members_id_resolves_to_its_lag_and_says_so(deployed: Deployed, stories: Stories) -> None:
    ended = _end(stories, "LAG")

    record = deployed.record(LAG, ended)

    assert (ended.output["link"], ended.output["kind"], ended.output["member_given"]) == (LAG, "lag", MEMBER)
    assert f"{MEMBER} is a member of {LAG}" in next(
        check["seen"] for check in record["checks"] if check["what"] == "link"
    )


def test_the_reason_that_a_person_gave_is_in_the_record(deployed: Deployed, stories: Stories) -> None:
    ended = _end(stories, "connection")

    record = deployed.record(LINKS["connection"], ended)

    assert record["asked"]["reason"] == "as the policy asks"


def test_three_adopted_keys_make_room_and_all_leave_one_by_one(deployed: Deployed, stories: Stories) -> None:
    ended, link = _end(stories, "three keys"), LINKS["three keys"]

    record, lives = deployed.record(link, ended), deployed.twin.key_lives(link)

    assert record["made_room_of"]
    assert len(record["retired_ckns"]) == 2
    assert len(lives) == 4
    assert len({life.removed_at for life in lives}) == 4


def test_urgent_is_refused_for_an_adopted_key_and_else_skips_the_bake(deployed: Deployed, stories: Stories) -> None:
    refused, _, ended = stories["urgent"]

    record = deployed.record(LINKS["urgent"], ended)

    assert (refused.status, refused.error) == ("FAILED", "UrgentAdoptedKey")
    assert "The bake was skipped: the rotation was urgent." in record["not_checked"]
    assert "WaitToBake" not in deployed.states(ended.arn)


def test_a_pair_that_somebody_stored_is_rotated_in_by_its_version(deployed: Deployed, stories: Stories) -> None:
    first, second = stories["version"]

    pair = deployed.pair(LINKS["version"], "HandMade")

    assert second.output["new_ckn"] == pair["ckn"]
    assert second.output["old_ckns"] == [first.output["new_ckn"]]


def test_a_key_without_a_way_back_leaves_only_when_that_is_accepted(stories: Stories) -> None:
    refused, accepted = stories["no way back"]

    assert (refused.status, refused.error) == ("FAILED", "NoWayBack")
    assert "accept_no_way_back" in refused.cause
    assert accepted.status == "SUCCEEDED"
