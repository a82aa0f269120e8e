"""Every end that is no success: the reason is true, the line stays up, and the next rotation is not blocked."""

from __future__ import annotations

from typing import Any

import pytest

from dxmacsec.errors import AccessDenied, PortChanging, UnknownAnswer
from dxmacsec.interfaces import Pause
from dxmacsec.model import MUST_ENCRYPT
from sandbox.twin import World as TwinWorld
from sandbox.twin.building import hand_made_pair
from sandbox.twin.world import Seconds
from tests.walk.quick import Walk, a_walk, disassociate
from tests.walk.witness import reasons
from tests.worlds.estates import HOSTED, LAG, LINK, PARTNER, a_connection, a_lag, a_pair_of_connections, an_interconnect
from tests.worlds.trouble import raising

OLD = hand_made_pair(LINK, 1).ckn


def assert_the_next_one_uses_the_same_pair_in_the_same_slot(walk: Walk) -> None:
    walk.repair_router()
    walk.scene.clock.sleep(60)

    execution = walk.rotate()

    assert (execution.status, execution.cause) == ("SUCCEEDED", None)
    assert len(walk.scene.key_maker.made) == 1
    assert walk.ckns() == [walk.made()]
    assert walk.labels(walk.made()) == {"DxInUse", "AWSCURRENT"}


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ({"answers": "never"}, "RouterTimedOut"),
        ({"answers": "late", "late_seconds": 25 * 3600}, "RouterTimedOut"),
        ({"answers": "failure"}, "RouterFailed"),
        ({"answers": "wrong-ckn"}, "RouterOnOldKey"),
        ({"takes_key": False}, "RouterOnOldKey"),
    ],
    ids=["never answers", "answers too late", "answers with a failure", "names another key", "never takes the key"],
)
def test_a_router_that_is_not_on_the_new_key_keeps_the_old_one(behaviour: dict[str, Any], reason: str) -> None:
    walk = a_walk()
    walk.behave(**behaviour)

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", reason)
    assert OLD in walk.ckns()
    assert OLD in walk.router_ckns()
    assert walk.labels(walk.made()) == {"DxFailed"}
    assert walk.witness.complaints() == []
    assert_the_next_one_uses_the_same_pair_in_the_same_slot(walk)


def test_a_lag_of_which_one_member_gives_no_answer_keeps_both_keys() -> None:
    walk = a_walk(a_lag(), LAG)
    walk.behave(answers="some-ports")

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "RouterOnOldKey")
    assert len(walk.ckns()) == 2
    assert walk.witness.complaints() == []


def test_a_router_that_falls_back_during_the_bake_is_caught_before_retire_key() -> None:
    walk = a_walk()
    walk.behave(falls_back_after_seconds=45)

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "EncryptionDropped")
    assert "RetireKey" not in execution.visited
    assert OLD in walk.ckns()
    assert_the_next_one_uses_the_same_pair_in_the_same_slot(walk)


def test_a_fall_back_that_no_look_sees_is_caught_by_the_confirmation() -> None:
    walk = a_walk(twin_world=TwinWorld(W26="all-keys"))
    walk.behave(falls_back_after_seconds=45)

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "RouterOnOldKey")
    assert "RetireKey" not in execution.visited
    assert walk.witness.complaints() == []


def test_a_line_that_goes_dark_after_retire_key_gets_its_old_key_back_within_two_polls() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)

    execution = walk.rotate()

    removed, asked = _moment(walk, "DisassociateMacSecKey"), _moment(walk, "AssociateMacSecKey")
    assert reasons(execution) == ("FAILED", "Restored")
    assert asked - removed <= 2 * walk.scene.world.limits.poll_seconds + 6
    assert OLD in walk.ckns()
    assert walk.labels(walk.made()) == {"DxFailed"}
    assert walk.scene.herald.alerts[-1][0].startswith("DARK LINE")
    assert_the_next_one_uses_the_same_pair_in_the_same_slot(walk)


def test_a_router_that_had_not_moved_cuts_the_line_once_and_not_at_every_scheduled_run() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    walk.rotate()
    lost = walk.scene.twin.meter.seconds(LINK).dropped

    again = [reasons(walk.rotate()) for _ in range(3)]

    assert again == [("FAILED", "LinkPaused")] * 3
    assert walk.scene.ledger.pauses[LINK].reason == "Restored"
    assert walk.scene.twin.meter.seconds(LINK).dropped == lost > 0
    _, letter = walk.scene.herald.alerts[0]
    assert f"dxmacsec clear {LINK}" in letter
    assert "nothing happens by itself before the pause is cleared" in letter


def _moment(walk: Walk, what: str) -> float:
    called = {"DisassociateMacSecKey": "retire", "AssociateMacSecKey": "restore"}[what]
    check = next(check for check in walk.record()["checks"] if check["what"] == called)
    return _seconds(check["at"])


def _seconds(text: str) -> float:
    from datetime import datetime  # noqa: PLC0415

    return datetime.fromisoformat(text).timestamp()


def test_a_restored_key_of_ours_is_in_use_again() -> None:
    walk = a_walk()
    walk.rotate()
    walk.behave(loses_encryption_when_old_removed=True)

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "Restored")
    assert walk.labels(walk.made(0)) == {"DxInUse", "AWSCURRENT"}
    assert walk.labels(walk.made(1)) == {"DxFailed"}


def test_a_key_of_ours_comes_back_by_its_pair_where_the_managed_secret_is_gone() -> None:
    walk = a_walk(twin_world=TwinWorld(W7="gone"))
    walk.rotate()
    walk.behave(loses_encryption_when_old_removed=True)

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "Restored")
    assert walk.made(0) in walk.ckns()


def test_a_lost_answer_of_the_restoration_never_leads_to_a_second_entry() -> None:
    walk = a_walk(twin_world=TwinWorld(W6="second-entry"))
    walk.rotate()
    walk.behave(loses_encryption_when_old_removed=True)
    walk.scene.twin.fail_next("AssociateMacSecKey", times=0)
    walk.scene.trouble.at(
        "direct_connect.reassociate",
        "before",
        lambda: walk.scene.twin.fail_next("AssociateMacSecKey", after_effect=True),
    )

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "Restored")
    assert sorted(walk.ckns()) == sorted([walk.made(0), walk.made(1)])


def test_a_line_that_stays_dark_pauses_the_link() -> None:
    walk = a_walk(twin_world=TwinWorld(W7="gone"))
    walk.behave(loses_encryption_when_old_removed=True)

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "LinkDark")
    assert walk.scene.ledger.pauses[LINK].reason == "LinkDark"
    assert reasons(walk.rotate()) == ("FAILED", "LinkPaused")


def test_a_key_that_is_never_associated_ends_in_time() -> None:
    walk = a_walk(twin_world=TwinWorld(W15="forever"))

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "AssociationTimedOut")
    assert walk.labels(walk.made()) == {"DxFailed"}
    assert walk.witness.complaints() == []


def test_a_key_that_can_not_be_withdrawn_is_no_other_reason() -> None:
    walk = a_walk(twin_world=TwinWorld(W1="available", seconds=Seconds(associating=7200)))

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "AssociationTimedOut")
    assert "WithdrawKey" in execution.visited
    assert walk.witness.complaints() == []
    assert OLD in walk.ckns()


def test_a_port_that_reads_up_too_late_stops_before_the_proof() -> None:
    walk = a_walk()
    walk.walker.entering["AwaitAssociated"] = lambda: walk.scene.twin.drop_port(LINK)

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "AssociationTimedOut")
    assert len(walk.ckns()) == 2


@pytest.mark.parametrize(
    ("reason", "command"),
    [("PausedByHand", f"dxmacsec resume {LINK}"), ("LinkDark", f"dxmacsec clear {LINK} --reason")],
)
def test_whoever_meets_a_pause_reads_the_command_that_ends_this_one(reason: str, command: str) -> None:
    walk = a_walk()
    walk.scene.ledger.set_pause(LINK, Pause(reason, "Fibre work.", "user/ada", walk.scene.clock.now()))

    assert reasons(walk.rotate()) == ("FAILED", "LinkPaused")

    text = walk.scene.herald.alerts[-1][1]
    assert [each for each in ("dxmacsec clear", "dxmacsec resume") if each in text] == [" ".join(command.split()[:2])]
    assert f"  {command}" in text


def test_no_pause_of_enforcement_is_to_be_cleared_where_none_was_set() -> None:
    walk = a_walk(a_connection(mode="should_encrypt"))
    walk.scene.trouble.always("direct_connect.set_mode", "before", raising(PortChanging("pending")))

    assert reasons(walk.rotate()) == ("FAILED", "EnforcementFailed")

    assert walk.scene.ledger.enforcement_pause(LINK) is None
    assert "--enforcement" not in walk.scene.herald.alerts[-1][1]


def test_a_failed_enforcement_leaves_the_labels_true() -> None:
    walk = a_walk(a_connection(mode="should_encrypt"))
    walk.scene.trouble.always("direct_connect.set_mode", "before", raising(AccessDenied("no rights")))

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "EnforcementFailed")
    assert walk.labels(walk.made()) == {"DxInUse", "AWSCURRENT"}
    assert walk.ckns() == [walk.made()]
    assert walk.witness.complaints() == []


def test_an_interconnect_whose_mode_can_not_be_set_says_so() -> None:
    walk = a_walk(an_interconnect(mode="should_encrypt"), "dxcon-ffw7x8y9", TwinWorld(W31="refused"))

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "EnforcementFailed")
    assert walk.walker.executions[-1].error == "NotFromHere"
    assert walk.labels(walk.made()) == {"DxInUse", "AWSCURRENT"}


def test_a_full_chain_of_which_nobody_can_say_what_may_go_needs_an_operator() -> None:
    walk = a_walk(a_connection(keys=3))
    walk.behave(answers="wrong-ckn")
    before = walk.ckns()

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "ChainNeedsOperator")
    assert walk.record()["status"] == "REFUSED"
    assert walk.ckns() == before
    assert walk.scene.key_maker.made == []


def test_room_that_was_made_is_no_refusal_any_more() -> None:
    walk = a_walk(a_connection(keys=3), twin_world=TwinWorld(W15="forever"))

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "ChainNeedsOperator")
    assert walk.record()["status"] == "FAILED"


def test_an_unknown_answer_pauses_the_link_and_keeps_both_keys() -> None:
    walk = a_walk()
    walk.scene.trouble.at("direct_connect.associate", "after", raising(UnknownAnswer("what is this?")))

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "UnknownAnswer")
    assert walk.ckns() == [OLD, walk.made()]
    assert walk.scene.ledger.pauses[LINK].reason == "UnknownAnswer"


def test_a_second_start_is_refused_with_the_first_ones_id() -> None:
    walk = a_walk()
    first = walk.start()
    walk.walker.walk_to(first, "Bake")
    calls = len(walk.scene.desk.sent)

    second = walk.rotate()

    assert reasons(second) == ("FAILED", "AlreadyRotating")
    assert first.name in str(second.cause)
    assert len(walk.scene.desk.sent) == calls
    assert walk.walker.walk(first).status == "SUCCEEDED"
    assert walk.witness.complaints() == []


def test_another_link_of_the_group_is_refused_meanwhile() -> None:
    walk = a_walk(a_pair_of_connections())
    first = walk.start()
    walk.walker.walk_to(first, "Bake")

    assert reasons(walk.walker.rotate(PARTNER)) == ("FAILED", "AlreadyRotating")


def test_a_dark_partner_is_a_reason_to_refuse() -> None:
    walk = a_walk(a_pair_of_connections(partner_keys=0))

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "PartnerNotEncrypted")
    assert walk.ckns() == [OLD]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"link": "dxcon-unknown00"}, "LinkNotFound"),
        ({"link": "eni-0123456789"}, "BadInput"),
        ({}, "BadInput"),
        ({"link": LINK, "force": True}, "BadInput"),
        ({"link": LINK, "urgent": "yes"}, "BadInput"),
        ({"link": LINK, "urgent": True}, "UrgentAdoptedKey"),
        ({"link": LINK, "version_id": "11111111-2222-3333-4444-555555555555"}, "VersionNotFound"),
    ],
)
def test_a_request_that_makes_no_sense_changes_nothing(asked: dict[str, Any], reason: str) -> None:
    walk = a_walk()

    execution = walk.walker.walk(walk.walker.start("rotate_key", asked))

    assert reasons(execution) == ("FAILED", reason)
    assert execution.cause
    assert (walk.ckns(), walk.scene.key_secrets.secrets, walk.scene.desk.sent) == ([OLD], {}, [])
    assert walk.witness.complaints() == []


def test_a_hosted_connection_is_refused() -> None:
    walk = a_walk(an_interconnect(), "dxcon-ffw7x8y9")

    assert reasons(walk.walker.rotate(HOSTED)) == ("FAILED", "HostedConnection")


def test_a_link_without_macsec_is_refused() -> None:
    walk = a_walk(a_connection(macsec=False, keys=0, mode="no_encrypt"))

    assert reasons(walk.rotate()) == ("FAILED", "NotMacSecCapable")


def test_a_link_that_is_down_is_refused() -> None:
    walk = a_walk()
    walk.scene.twin.drop_port(LINK)

    assert reasons(walk.rotate()) == ("FAILED", "LinkNotAvailable")


def test_an_adopted_key_without_a_way_back_stays_unless_the_owner_accepts() -> None:
    walk = a_walk()
    walk.scene.managed.schedule_deletion(walk.scene.link(LINK).keys[0].secret_arn, walk.scene.clock.now())

    assert reasons(walk.rotate()) == ("FAILED", "NoWayBack")
    assert walk.ckns() == [OLD]
    assert walk.rotate(accept_no_way_back=True).status == "SUCCEEDED"


def test_a_way_back_that_is_lost_during_the_bake_is_seen_before_retire_key_removes() -> None:
    walk = a_walk()
    arn = walk.scene.link(LINK).keys[0].secret_arn
    walk.walker.entering["WaitToBake"] = lambda: walk.scene.managed.schedule_deletion(arn, walk.scene.clock.now())

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "NoWayBack")
    assert OLD in walk.ckns()


def test_a_malformed_answer_proves_nothing() -> None:
    walk = a_walk()
    walk.walker.router.forge = lambda message, output: "done!" if message["task"] == "prove" else output

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "AnswerMalformed")
    assert walk.witness.complaints() == []


def test_an_answer_for_another_task_proves_nothing() -> None:
    walk = a_walk()
    walk.walker.router.forge = lambda message, output: (
        {**output, "task_id": "another"} if message["task"] == "confirm" else output
    )

    assert reasons(walk.rotate()) == ("FAILED", "AnswerMismatch")
    assert OLD in walk.ckns()


def test_the_old_key_taken_by_hand_in_the_meantime_is_no_failure() -> None:
    walk = a_walk()
    walk.walker.entering["ConfirmOnRouter"] = lambda: disassociate(walk.scene, LINK, OLD)

    execution = walk.rotate()

    assert execution.status == "SUCCEEDED"
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT


def test_an_answer_larger_than_a_document_is_malformed_and_travels_no_further() -> None:
    """Step Functions ends an execution whose data is too large past every Catch: States.DataLimitExceeded."""
    walk = a_walk()
    walk.walker.router.forge = lambda message, output: (
        {**output, "by": "x" * 250_000} if message["task"] == "prove" else output
    )

    execution = walk.rotate()

    assert reasons(execution) == ("FAILED", "AnswerMalformed")
    assert max(len(paper) for paper in walk.walker.papers) < 100_000
    assert walk.witness.complaints() == []


def test_a_pair_that_is_used_again_is_not_named_among_the_old_keys() -> None:
    walk = a_walk()
    walk.behave(takes_key=False)
    assert reasons(walk.rotate()) == ("FAILED", "RouterOnOldKey")
    walk.repair_router()
    named: list[list[str]] = []
    walk.walker.router.before_answer = lambda message: named.append([message["ckn"], *message["old_ckns"]])

    assert walk.rotate().status == "SUCCEEDED"

    assert [each for each in named if each.count(walk.made()) != 1] == []
    assert named[0] == [walk.made(), OLD]
