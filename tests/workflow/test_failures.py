"""What goes wrong ends FAILED with its reason, both keys kept, and the next rotation not blocked."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.moto_patches.mending import private
from sandbox.cloud.product import SETTINGS
from sandbox.cloud.vocabulary import Private
from sandbox.twin import CallRecord, World
from tests.workflow.deployed import Deployed
from tests.workflow.stories import LINKS, Stories
from tests.worlds.scene import LIMITS

pytestmark = pytest.mark.deployed

EXPECTED = {
    "on old key": "RouterOnOldKey",
    "falls back": "EncryptionDropped",
    "silent": "RouterTimedOut",
    "restored": "Restored",
}
ALL_KEYS = {"W26": "all-keys"}
MODE_GAP = {"W19": "gap", "seconds": {"mode_gap": 3}}
SLOW_REMOVAL = {"W1": "available", "seconds": {"disassociating": 8}}


@pytest.mark.parametrize("story", EXPECTED)
def test_ends_failed_with_its_reason_and_leaves_nothing_locked(
    deployed: Deployed, stories: Stories, story: str
) -> None:
    ended, link = stories[story][0], LINKS[story]

    record = deployed.record(link, ended)

    assert (ended.status, ended.error) == ("FAILED", EXPECTED[story])
    assert len(ended.cause) > 20
    assert (record["status"], record["reason"], record["sentence"]) == ("FAILED", ended.error, ended.cause)
    assert deployed.locks(link) == []
    assert [row for row in deployed.rows(link) if row["sk"].startswith("TASK#")] == []


@pytest.mark.parametrize("story", EXPECTED)
def test_a_failed_pair_keeps_its_label_and_no_other_is_left(deployed: Deployed, stories: Stories, story: str) -> None:
    failed, link = stories[story][0], LINKS[story]
    version_id = deployed.record(link, failed)["new_version_id"]

    labels = deployed.labels(link)

    mended = stories[story][-1].status == "SUCCEEDED"
    assert ("DxFailed" in labels[version_id]) is not mended
    assert not [label for some in labels.values() for label in some if label in ("DxNew", "AWSPENDING")]


@pytest.mark.parametrize("story", ["on old key", "falls back", "silent"])
def test_nothing_is_retired_before_the_new_key_is_proven(deployed: Deployed, stories: Stories, story: str) -> None:
    failed, link = stories[story][0], LINKS[story]

    removals = [call for call in deployed.calls("DisassociateMacSecKey", link) if call.at < failed.ended_at]

    assert "RetireKey" not in deployed.states(failed.arn)
    assert removals == []


def test_a_router_on_the_old_key_keeps_it_and_the_next_rotation_uses_the_same_pair_in_the_same_slot(
    deployed: Deployed, stories: Stories
) -> None:
    failed, mended = stories["on old key"]
    link = LINKS["on old key"]

    lives = deployed.twin.key_lives(link)

    assert mended.status == "SUCCEEDED"
    assert mended.output["new_ckn"] == deployed.record(link, failed)["new_ckn"]
    assert deployed.record(link, mended)["pair_used_again"] is True
    assert len(lives) == 2
    assert lives[0].removed_at is not None
    assert lives[0].removed_at > failed.ended_at
    assert len(deployed.calls("AssociateMacSecKey", link)) == 1
    assert deployed.twin.meter.seconds(link)[1:] == (0, 0)


def test_a_silent_router_leaves_the_line_as_it_was(deployed: Deployed, stories: Stories) -> None:
    assert stories["silent"][0].status == "FAILED"
    link = LINKS["silent"]

    lives = deployed.twin.key_lives(link)

    assert len(lives) == 1
    assert deployed.twin.meter.seconds(link)[1:] == (0, 0)


def test_a_router_that_falls_back_unseen_is_caught_by_the_question_before_retire_key(alone: Deployed) -> None:
    link = "dxcon-fallbac2"
    alone.behave(link, falls_back_after_seconds=1)

    with alone.playing(ALL_KEYS):
        failed = alone.rotate(link)

    assert (failed.status, failed.error) == ("FAILED", "RouterOnOldKey")
    assert "JudgeConfirmation" in alone.states(failed.arn)
    assert alone.calls("DisassociateMacSecKey", link) == []
    assert alone.twin.meter.seconds(link)[1:] == (0, 0)


def test_a_line_that_goes_dark_after_retire_key_has_its_old_key_back(deployed: Deployed, stories: Stories) -> None:
    (failed,) = stories["restored"]
    link = LINKS["restored"]

    lives = deployed.twin.key_lives(link)

    assert "RestoreKey" in deployed.states(failed.arn)
    assert "PromoteKey" not in deployed.states(failed.arn)
    assert lives[-1].ckn == lives[0].ckn
    assert lives[-1].removed_at is None
    assert deployed.encryption(link) == {"Encryption Up"}
    assert deployed.described(link)["encryptionMode"] == "must_encrypt"


def test_a_dark_line_asks_for_its_old_key_within_two_polls(deployed: Deployed, stories: Stories) -> None:
    assert stories["restored"][0].error == "Restored"
    link = LINKS["restored"]
    removed_at = deployed.twin.key_lives(link)[0].removed_at
    assert removed_at is not None
    seen_dark_from = removed_at + timedelta(seconds=World().seconds.life_time)

    asked = next(call for call in deployed.calls("AssociateMacSecKey", link) if call.at > removed_at)
    looks = [call for call in deployed.calls("DescribeConnections", link) if seen_dark_from < call.at < asked.at]

    assert deployed.function_of(asked.principal) == "restore_key"
    assert len(looks) <= 2


def test_a_dark_line_asks_for_its_old_key_every_poll_until_it_is_accepted(alone: Deployed) -> None:
    link, refused = "dxcon-restore2", 4

    def refuse(record: CallRecord) -> None:
        if record.operation == "DisassociateMacSecKey" and record.parameters["connectionId"] == link:
            alone.twin.fail_next("AssociateMacSecKey", times=refused)

    alone.behave(link, loses_encryption_when_old_removed=True)
    alone.twin.on_call.append(refuse)
    failed = alone.rotate(link)
    alone.twin.on_call.remove(refuse)

    removed_at = alone.twin.key_lives(link)[0].removed_at
    assert removed_at is not None
    asked = [call for call in alone.calls("AssociateMacSecKey", link) if call.at > removed_at]
    assert (failed.status, failed.error) == ("FAILED", "Restored")
    assert len(asked) == refused + 1
    pauses = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(asked)]
    assert max(pauses) < 3 * SETTINGS["poll_seconds"]


def test_a_removal_that_takes_long_is_watched_from_the_moment_the_key_is_gone(alone: Deployed) -> None:
    link = "dxcon-slowout1"
    alone.behave(link, loses_encryption_when_old_removed=True)

    with alone.playing(SLOW_REMOVAL):
        failed = alone.rotate(link)

    assert (failed.status, failed.error) == ("FAILED", "Restored")


def test_the_watch_in_the_sandbox_is_longer_than_mka_takes_to_notice_a_loss() -> None:
    assert SETTINGS["status_lag_seconds"] > World().seconds.life_time


def test_a_second_start_on_a_busy_link_is_refused_with_the_first_ones_id(deployed: Deployed, stories: Stories) -> None:
    first, second = stories["busy"]

    associated = deployed.calls("AssociateMacSecKey", LINKS["busy"])

    assert first.status == "SUCCEEDED"
    assert (second.status, second.error) == ("FAILED", "AlreadyRotating")
    assert first.id in second.cause
    assert second.ended_at < first.ended_at
    assert len(associated) == 1


def test_a_stopped_rotation_frees_its_link_after_the_clearance_and_its_pair_is_used_again(alone: Deployed) -> None:
    link = "dxcon-stopped1"
    stopped = alone.start({"link": link})
    alone.wait_for_state(stopped, "AwaitAssociated")

    alone.sandbox.client("stepfunctions").stop_execution(executionArn=stopped, cause="a person stopped it")
    too_soon = alone.rotate(link)
    _let_the_clearance_pass(stopped)
    mended = alone.rotate(link)

    assert alone.ended(stopped).status == "ABORTED"
    assert (too_soon.status, too_soon.error) == ("FAILED", "AlreadyRotating")
    assert stopped.rsplit(":", 1)[-1] in too_soon.cause
    assert mended.status == "SUCCEEDED"
    assert alone.record(link, mended)["pair_used_again"] is True
    assert len(alone.twin.key_lives(link)) == 2
    assert len(alone.calls("AssociateMacSecKey", link)) == 1
    assert alone.twin.meter.seconds(link)[1:] == (0, 0)
    assert alone.locks(link) == []


def _let_the_clearance_pass(arn: str) -> None:
    """Move an execution's end into the past: two hours, which no test should sit through."""
    models: Private = private("moto.stepfunctions.parser.models")
    execution = models.stepfunctions_parser_backends[ACCOUNT_ID][REGION].describe_execution(arn)
    execution.stop_date -= LIMITS.abandoned_after


def test_encryption_that_drops_when_the_mode_is_raised_lowers_it_and_leaves_the_labels_true(alone: Deployed) -> None:
    link = "dxcon-enforce1"

    with alone.playing(MODE_GAP):
        failed = alone.rotate(link)

    (listed,) = alone.keys(link)
    assert (failed.status, failed.error) == ("FAILED", "EnforcementFailed")
    assert alone.described(link)["encryptionMode"] == "should_encrypt"
    assert alone.pair(link, "DxInUse")["ckn"] == listed["ckn"] == alone.record(link, failed)["new_ckn"]
    assert alone.pair(link, "AWSCURRENT")["ckn"] == listed["ckn"]
    assert "PAUSE#enforcement" in [row["sk"] for row in alone.rows(link)]
    assert alone.locks(link) == []
