"""EnforceEncryption by itself: must_encrypt is never a gamble."""

from __future__ import annotations

from dxmacsec.errors import UnknownAnswer
from dxmacsec.model import MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT
from sandbox.twin import World as TwinWorld
from tests.walk.quick import Walk, a_walk
from tests.walk.witness import reasons
from tests.worlds.estates import HOSTED, INTERCONNECT, LAG, LINK, MEMBERS, a_connection, a_lag, an_interconnect
from tests.worlds.trouble import raising


def darken(walk: Walk) -> None:
    router = walk.scene.twin.router(walk.link_id)
    for ckn in tuple(router.keys()):
        router.remove(ckn)


def test_a_link_that_is_encrypted_long_enough_is_raised() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT))

    execution = walk.walker.enforce(LINK)

    assert (execution.status, execution.output["raised"]) == ("SUCCEEDED", True)
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT
    assert walk.witness.complaints() == []


def test_a_member_is_enforced_through_its_lag() -> None:
    walk = a_walk(a_lag(mode=SHOULD_ENCRYPT), LAG)

    execution = walk.walker.enforce(MEMBERS[1])

    assert (execution.status, execution.output["link"]) == ("SUCCEEDED", LAG)
    assert walk.scene.link(LAG).mode == MUST_ENCRYPT


def test_out_of_no_encrypt_the_way_leads_over_should_encrypt() -> None:
    walk = a_walk(a_connection(mode=NO_ENCRYPT))

    execution = walk.walker.enforce(LINK)

    modes = [seen.arguments[1] for seen in walk.scene.trouble.seen if seen.name == "direct_connect.set_mode"]
    assert execution.status == "SUCCEEDED"
    assert modes == [SHOULD_ENCRYPT, MUST_ENCRYPT]


def test_a_link_that_is_enforced_already_is_left_alone() -> None:
    walk = a_walk()

    execution = walk.walker.enforce(LINK)

    assert execution.output["reason"] == "AlreadyEnforced"
    assert walk.scene.trouble.count("direct_connect.set_mode") == 0


def test_audit_only_says_so() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), enforcement="audit")

    execution = walk.walker.enforce(LINK)

    assert (execution.output["reason"], execution.output["mode"]) == ("AuditOnly", SHOULD_ENCRYPT)


def test_a_link_that_is_not_encrypted_stays_as_it_is() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT))
    darken(walk)

    assert reasons(walk.walker.enforce(LINK)) == ("FAILED", "EncryptionNotUp")
    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT


def test_an_up_that_is_only_late_is_no_reason_to_raise() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), twin_world=TwinWorld.from_json({"seconds": {"status_lag": 15}}))
    darken(walk)
    assert walk.scene.link(LINK).encrypted

    assert reasons(walk.walker.enforce(LINK)) == ("FAILED", "EncryptionNotUp")
    assert walk.scene.trouble.count("direct_connect.set_mode") == 0
    assert walk.witness.gambles == []


def test_a_loss_right_after_raising_lowers_the_mode_and_pauses_enforcement() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT))
    walk.walker.entering["WatchMode"] = lambda: darken(walk)

    first, second = walk.walker.enforce(LINK), walk.walker.enforce(LINK)

    assert reasons(first) == ("FAILED", "ModeLowered")
    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT
    assert reasons(second) == ("FAILED", "EnforcementPaused")


def test_an_owner_who_holds_stays_closed() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), on_encryption_loss="hold")
    walk.walker.entering["WatchMode"] = lambda: darken(walk)

    assert reasons(walk.walker.enforce(LINK)) == ("FAILED", "HeldDark")
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT


def test_a_port_that_is_itself_down_is_no_reason_to_lower() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT))
    walk.walker.entering["WatchMode"] = lambda: walk.scene.twin.drop_port(LINK)

    assert reasons(walk.walker.enforce(LINK)) == ("FAILED", "ModeNotSettled")
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT


def test_a_look_that_fails_does_not_end_the_watch() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT))

    def trouble() -> None:
        walk.scene.trouble.at("direct_connect.link", "before", raising(UnknownAnswer("what is this?")))
        darken(walk)

    walk.walker.entering["WatchMode"] = trouble

    assert reasons(walk.walker.enforce(LINK)) == ("FAILED", "ModeLowered")
    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT


def test_a_watch_that_can_not_look_at_all_lowers_nothing_where_the_owner_holds() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT), on_encryption_loss="hold")

    def blind_for_an_hour() -> None:
        darken(walk)
        until = walk.scene.clock.now().timestamp() + 3600

        def fail() -> None:
            if walk.scene.clock.now().timestamp() < until and walk.walker.executions[-1].state == "WatchMode":
                raise UnknownAnswer

        walk.scene.trouble.always("direct_connect.link", "before", fail)

    walk.walker.entering["WatchMode"] = blind_for_an_hour

    execution = walk.walker.enforce(LINK)

    assert execution.status == "FAILED"
    assert walk.scene.link(LINK).mode == MUST_ENCRYPT
    assert "LowerMode" in execution.visited


def test_an_interconnect_whose_mode_can_not_be_set_is_not_from_here() -> None:
    walk = a_walk(an_interconnect(mode=SHOULD_ENCRYPT), INTERCONNECT, TwinWorld(W31="refused"))

    assert reasons(walk.walker.enforce(INTERCONNECT)) == ("FAILED", "NotFromHere")
    assert walk.scene.ledger.acting_locks == {}


def test_a_hosted_connection_is_refused() -> None:
    walk = a_walk(an_interconnect(), INTERCONNECT)

    assert reasons(walk.walker.enforce(HOSTED)) == ("FAILED", "HostedConnection")


def test_a_mode_that_was_set_with_an_unknown_answer_is_watched_and_lowered() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT))

    def unknown_and_dark() -> None:
        walk.scene.trouble.forget()
        darken(walk)
        raise UnknownAnswer

    walk.scene.trouble.at("direct_connect.set_mode", "after", unknown_and_dark)

    assert reasons(walk.walker.enforce(LINK)) == ("FAILED", "UnknownAnswer")
    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT


def test_an_owner_that_does_not_rotate_the_link_is_nobodys_parent() -> None:
    walk = a_walk(a_connection(mode=SHOULD_ENCRYPT))
    stranger = "arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateKey:made-up"

    execution = walk.walker.start("enforce_encryption", {"link": LINK, "owner": stranger})
    walk.walker.walk(execution)

    assert reasons(execution) == ("FAILED", "LockLost")
    assert walk.scene.link(LINK).mode == SHOULD_ENCRYPT
    assert walk.scene.ledger.acting_locks == {}
