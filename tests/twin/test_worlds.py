"""Each alternative of each unknown shows its difference (section 12 of the domain reference)."""

from __future__ import annotations

import pytest

from sandbox.twin import ALTERNATIVES, CallRecord, World
from sandbox.twin.world import Seconds
from tests.twin.bench import CAK, CKN, EDGE, LAG, MEMBER, NORTH, PLAIN, SOUTH, Bench

OTHER_CKN = "cd" * 32


@pytest.mark.parametrize(
    ("choice", "state", "refused", "dropped"),
    [
        ("pending", "pending", True, 0.0),
        ("available", "available", False, 0.0),
        ("pending-cut", "pending", True, 2.0),
    ],
)
def test_w1_port_at_a_key_change(choice: str, state: str, refused: bool, dropped: float) -> None:  # noqa: FBT001
    bench = Bench(World.from_json({"W1": choice}))
    bench.associate(NORTH)

    shown = bench.link(NORTH)["connectionState"]
    if refused:
        bench.refusal("AssociateMacSecKey", connectionId=NORTH, ckn=OTHER_CKN, cak=CAK)
    else:
        bench.associate(NORTH, OTHER_CKN)
    bench.wait(5)

    assert shown == state
    assert bench.twin.meter.seconds(NORTH).dropped == dropped


def test_w2_the_last_key_may_be_refused_to_go() -> None:
    bench = Bench(World(W2="refused"))
    arn = bench.first_arn(NORTH)

    refusal = bench.refusal("DisassociateMacSecKey", connectionId=NORTH, secretARN=arn)

    assert "must_encrypt" in refusal.message
    assert bench.first_arn(NORTH) == arn


def test_w2_does_not_protect_the_last_key_under_should_encrypt() -> None:
    bench = Bench(World(W2="refused"))

    bench.disassociate(SOUTH, bench.first_arn(SOUTH))
    bench.wait(5)

    assert bench.keys(SOUTH) == []


@pytest.mark.parametrize(
    ("choice", "clear", "dropped"), [("drops-at-once", 0.0, 100.0), ("drops-after-bgp", 90.0, 10.0)]
)
def test_w3_must_encrypt_without_encryption_drops_the_link(choice: str, clear: float, dropped: float) -> None:
    bench = Bench(World.from_json({"W3": choice}))
    router = bench.twin.router(SOUTH)
    router.remove(router.keys()[0])
    bench.wait(10)
    before = bench.twin.meter.seconds(SOUTH)

    bench.call("UpdateConnection", connectionId=SOUTH, encryptionMode="must_encrypt")
    bench.wait(100)
    after = bench.twin.meter.seconds(SOUTH)

    assert (after.clear - before.clear, after.dropped - before.dropped) == (clear, dropped)


def test_w3_must_encrypt_without_encryption_may_be_refused() -> None:
    bench = Bench(World(W3="refused"))
    bench.twin.drop_port(SOUTH)

    bench.refusal("UpdateConnection", connectionId=SOUTH, encryptionMode="must_encrypt")

    assert bench.link(SOUTH)["encryptionMode"] == "should_encrypt"


def test_w4_changes_on_a_member_are_refused(bench: Bench) -> None:
    key = bench.refusal("AssociateMacSecKey", connectionId=MEMBER, ckn=CKN, cak=CAK)
    mode = bench.refusal("UpdateConnection", connectionId=MEMBER, encryptionMode="no_encrypt")

    assert LAG in key.message
    assert LAG in mode.message


@pytest.mark.parametrize(
    ("choice", "keys", "mode"), [("ignored", 1, "must_encrypt"), ("passed-to-lag", 2, "no_encrypt")]
)
def test_w4_changes_on_a_member_are_ignored_or_passed_on(choice: str, keys: int, mode: str) -> None:
    bench = Bench(World.from_json({"W4": choice, "W1": "available"}))

    bench.call("AssociateMacSecKey", connectionId=MEMBER, ckn=CKN, cak=CAK)
    if choice == "ignored":
        bench.call("DisassociateMacSecKey", connectionId=MEMBER, secretARN=bench.first_arn(LAG))
    bench.call("UpdateConnection", connectionId=MEMBER, encryptionMode=mode)

    assert len(bench.keys(LAG)) == keys
    assert bench.link(LAG)["encryptionMode"] == mode


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ("client-exception", "DirectConnectClientException"),
        ("server-exception", "DirectConnectServerException"),
    ],
)
def test_w5_what_a_chain_cannot_take_has_a_family(choice: str, code: str) -> None:
    bench = Bench(World.from_json({"W5": choice, "W1": "available"}))
    fresh = bench.associate(NORTH, "01" * 32)
    associating = bench.refusal("DisassociateMacSecKey", connectionId=NORTH, secretARN=fresh)
    bench.associate(NORTH, "02" * 32)

    fourth = bench.refusal("AssociateMacSecKey", connectionId=NORTH, ckn=CKN, cak=CAK)
    incapable = bench.refusal("AssociateMacSecKey", connectionId=PLAIN, ckn=CKN, cak=CAK)

    assert {associating.code, fourth.code, incapable.code} == {code}


@pytest.mark.parametrize("cak", [CAK, "34" * 32])
def test_w6_a_ckn_that_is_there_is_an_error(bench: Bench, cak: str) -> None:
    bench.add_key(NORTH)

    refusal = bench.refusal("AssociateMacSecKey", connectionId=NORTH, ckn=CKN.upper(), cak=cak)

    assert "already" in refusal.message


@pytest.mark.parametrize(("choice", "keys"), [("no-op", 2), ("second-entry", 3)])
def test_w6_a_ckn_that_is_there_is_a_no_op_or_a_second_entry(choice: str, keys: int) -> None:
    bench = Bench(World.from_json({"W6": choice}))
    first = bench.add_key(NORTH)

    second = bench.associate(NORTH)
    bench.wait(5)

    assert len(bench.keys(NORTH)) == keys
    assert (first == second) == (choice == "no-op")


@pytest.mark.parametrize(("choice", "back"), [("kept", True), ("scheduled", False), ("gone", False)])
def test_w7_managed_secret_after_disassociation(choice: str, back: bool) -> None:  # noqa: FBT001
    bench = Bench(World.from_json({"W7": choice}))
    arn = bench.add_key(NORTH)
    bench.disassociate(NORTH, arn)
    bench.wait(5)

    if back:
        bench.call("AssociateMacSecKey", connectionId=NORTH, secretARN=arn)
    else:
        bench.refusal("AssociateMacSecKey", connectionId=NORTH, secretARN=arn)

    assert (arn in bench.secrets.arns()) == (choice != "gone")
    assert (bench.secrets.deletion_requested_at(arn) is None) == back


@pytest.mark.parametrize(("choice", "count"), [("new-only", 1), ("all", 2)])
def test_w8_associate_answers_with_the_new_key_or_all(choice: str, count: int) -> None:
    bench = Bench(World.from_json({"W8": choice}))

    answer = bench.call("AssociateMacSecKey", connectionId=NORTH, ckn=CKN, cak=CAK)

    assert len(answer["macSecKeys"]) == count
    assert CKN in {key["ckn"] for key in answer["macSecKeys"]}


@pytest.mark.parametrize(
    ("choice", "states"), [("vanish", ["associated"]), ("listed", ["associated", "disassociated"])]
)
def test_w9_removed_keys_vanish_or_stay_listed(choice: str, states: list[str]) -> None:
    bench = Bench(World.from_json({"W9": choice}))
    bench.disassociate(NORTH, bench.add_key(NORTH))

    bench.wait(5)

    assert [key["state"] for key in bench.keys(NORTH)] == states


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ("ThrottlingException", "ThrottlingException"),
        ("Throttling", "Throttling"),
        ("client-exception", "DirectConnectClientException"),
    ],
)
def test_w10_throttling_has_many_faces(choice: str, code: str) -> None:
    bench = Bench(World.from_json({"W10": choice}))
    bench.twin.fail_next("DescribeConnections", "throttled")

    refusal = bench.refusal("DescribeConnections")

    assert refusal.code == code
    assert bench.call("DescribeConnections")


def test_w11_the_mode_of_a_port_without_macsec_reads_no_encrypt_or_unknown(bench: Bench) -> None:
    unknown = Bench(World(W11="on-non-macsec-ports"))

    assert bench.link(PLAIN)["encryptionMode"] == "no_encrypt"
    assert unknown.link(PLAIN)["encryptionMode"] == "unknown"
    assert unknown.link(NORTH)["encryptionMode"] == "must_encrypt"


def test_w11_the_mode_reads_unknown_at_times() -> None:
    bench = Bench(World(W11="at-times"))

    modes = [bench.link(NORTH)["encryptionMode"] for _ in range(10)]

    assert modes.count("unknown") == 2


@pytest.mark.parametrize(
    ("choice", "moved"),
    [("at-once", [True, True]), ("session-lost", [False, False]), ("next-key-change", [False, True])],
)
def test_w12_aws_moves_to_the_newest_key(choice: str, moved: list[bool]) -> None:
    bench = Bench(World.from_json({"W12": choice}))
    bench.add_key(NORTH)
    after_arrival = bench.twin.in_use(NORTH) == CKN

    bench.add_key(NORTH, OTHER_CKN, "56" * 32)

    seen = bench.twin.in_use(NORTH)
    assert [after_arrival, seen in (CKN, OTHER_CKN)] == moved


@pytest.mark.parametrize(("choice", "lag_seconds"), [("0s", 0), ("30s", 30), ("5min", 300)])
def test_w13_the_port_status_lags(choice: str, lag_seconds: int) -> None:
    bench = Bench(World.from_json({"W13": choice}))
    bench.wait(1000)
    bench.twin.drop_port(NORTH)
    seen = []

    for step in (lag_seconds, 1):
        bench.wait(max(step - 1, 0) if step == lag_seconds else 2)
        seen.append(bench.link(NORTH)["portEncryptionStatus"])

    assert seen == ["Encryption Up" if lag_seconds else "Encryption Down", "Encryption Down"]


def test_w14_start_on_is_set_or_empty(bench: Bench) -> None:
    empty = Bench(World(W14="empty"))

    assert bench.keys(NORTH)[0]["startOn"] == "2025-09-03T00:00:00Z"
    assert "startOn" not in empty.keys(NORTH)[0]


@pytest.mark.parametrize(("choice", "states"), [("seconds", "aa"), ("minutes", "-a"), ("forever", "--")])
def test_w15_a_key_takes_its_time(choice: str, states: str) -> None:
    bench = Bench(World.from_json({"W15": choice}))
    bench.associate(NORTH)
    seen = ""

    for wait_seconds in (5, 10_000):
        bench.wait(wait_seconds)
        seen += "a" if bench.keys(NORTH)[-1]["state"] == "associated" else "-"

    assert seen == states


@pytest.mark.parametrize(("choice", "dropped"), [("no-effect", 0.0), ("short-gap", 1.0)])
def test_w16_removing_a_key_not_in_use(choice: str, dropped: float) -> None:
    bench = Bench(World.from_json({"W16": choice}))
    old = bench.first_arn(NORTH)
    bench.add_key(NORTH)

    bench.disassociate(NORTH, old)
    bench.wait(20)

    assert bench.twin.meter.seconds(NORTH).dropped == dropped


@pytest.mark.parametrize(("choice", "dropped"), [("falls-to-another", 0.0), ("gap", 6.0), ("down", 19.0)])
def test_w17_removing_the_key_in_use(choice: str, dropped: float) -> None:
    bench = Bench(World.from_json({"W17": choice}))

    bench.disassociate(NORTH, bench.add_key(NORTH))
    bench.wait(20)

    assert bench.twin.meter.seconds(NORTH).dropped == dropped


def test_w17_a_link_that_is_down_comes_back_with_the_next_key() -> None:
    bench = Bench(World(W17="down"))
    arn = bench.add_key(NORTH)
    bench.disassociate(NORTH, arn)
    bench.wait(20)

    bench.call("AssociateMacSecKey", connectionId=NORTH, secretARN=arn)
    bench.wait(20)

    assert bench.twin.in_use(NORTH) == CKN


@pytest.mark.parametrize(("choice", "dropped"), [("hitless", 0.0), ("gap", 6.0)])
def test_w18_changeover_at_aws(choice: str, dropped: float) -> None:
    bench = Bench(World.from_json({"W18": choice}))

    bench.add_key(NORTH)
    bench.wait(20)

    assert bench.twin.meter.seconds(NORTH).dropped == dropped


@pytest.mark.parametrize(("choice", "dropped"), [("no-loss", 0.0), ("gap", 1.0)])
def test_w19_from_should_to_must_while_up(choice: str, dropped: float) -> None:
    bench = Bench(World.from_json({"W19": choice}))

    bench.call("UpdateConnection", connectionId=SOUTH, encryptionMode="must_encrypt")
    bench.wait(20)

    assert bench.twin.meter.seconds(SOUTH).dropped == dropped


def test_w22_a_customer_made_secret_may_be_what_works() -> None:
    bench = Bench(World(W22="customer-made"))
    mine = bench.secrets.create("my-own", CKN, CAK)
    managed = bench.first_arn(NORTH)

    refusal = bench.refusal("AssociateMacSecKey", connectionId=SOUTH, secretARN=managed)
    bench.call("AssociateMacSecKey", connectionId=SOUTH, secretARN=mine)

    assert "can not be used" in refusal.message
    assert bench.keys(SOUTH)[-1]["secretARN"] == mine


@pytest.mark.parametrize(("choice", "heard"), [("masked-no-event", 0), ("in-clear-event", 1)])
@pytest.mark.parametrize("link", [NORTH, LAG])
def test_w23_the_downgrade_has_an_event_or_none(choice: str, heard: int, link: str) -> None:
    bench = Bench(World.from_json({"W23": choice}))
    records: list[CallRecord] = []
    bench.twin.on_call.append(records.append)
    bench.disassociate(link, bench.first_arn(link))

    bench.wait(20)
    bench.link(link)

    downgrades = [record for record in records if record.principal == "directconnect.amazonaws.com"]
    assert len(downgrades) == heard
    assert all(record.parameters["encryptionMode"] == "should_encrypt" for record in downgrades)


@pytest.mark.parametrize(("choice", "status"), [("500", 500), ("400", 400)])
def test_w24_status_of_a_server_exception(choice: str, status: int) -> None:
    bench = Bench(World.from_json({"W24": choice}))
    bench.twin.fail_next("DescribeLags")

    refusal = bench.refusal("DescribeLags")

    assert (refusal.code, refusal.status) == ("DirectConnectServerException", status)


@pytest.mark.parametrize(("choice", "shown"), [("as-sent", "aB" * 32), ("lower", "ab" * 32), ("upper", "AB" * 32)])
def test_w25_hex_case(choice: str, shown: str) -> None:
    bench = Bench(World.from_json({"W25": choice}))

    bench.associate(NORTH, "aB" * 32)

    assert bench.keys(NORTH)[-1]["ckn"] == shown


def test_w25_the_digit_f_may_be_refused() -> None:
    bench = Bench(World(W25="f-refused"))

    bench.refusal("AssociateMacSecKey", connectionId=NORTH, ckn="af" * 32, cak=CAK)
    bench.associate(NORTH, "ae" * 32)

    assert bench.keys(NORTH)[-1]["ckn"] == "AE" * 32


@pytest.mark.parametrize(("choice", "dropped"), [("one-key", 6.0), ("all-keys", 0.0)])
def test_w26_what_it_costs_that_the_router_stops_offering_the_key_in_use(choice: str, dropped: float) -> None:
    bench = Bench(World.from_json({"W26": choice, "W12": "session-lost"}))
    bench.add_key(NORTH)

    bench.twin.router(NORTH).prefer(CKN)
    bench.wait(20)

    assert bench.twin.in_use(NORTH) == CKN
    assert bench.twin.meter.seconds(NORTH).dropped == dropped


def test_w29_the_managed_secret_may_have_another_name() -> None:
    bench = Bench(World(W29="other"))

    arn = bench.associate(NORTH)

    assert ":secret:directconnect!" in arn
    assert "prod/us-east-1" not in arn


@pytest.mark.parametrize(("choice", "keys"), [("keys-stay", 1), ("keys-removed", 0)])
def test_w30_no_encrypt_with_keys(choice: str, keys: int) -> None:
    bench = Bench(World.from_json({"W30": choice}))

    bench.call("UpdateConnection", connectionId=NORTH, encryptionMode="no_encrypt")
    bench.wait(5)

    assert len(bench.keys(NORTH)) == keys
    assert bench.twin.meter.seconds(NORTH).clear == 5.0


def test_w31_update_connection_on_an_interconnect(bench: Bench) -> None:
    refusing = Bench(World(W31="refused"))

    bench.call("UpdateConnection", connectionId=EDGE, encryptionMode="should_encrypt")
    refusal = refusing.refusal("UpdateConnection", connectionId=EDGE, encryptionMode="should_encrypt")

    assert bench.link(EDGE)["encryptionMode"] == "should_encrypt"
    assert refusal.message == f"Could not find Connection with ID {EDGE}"


def test_every_unknown_of_the_reference_has_a_switch() -> None:
    assert list(ALTERNATIVES) == [f"W{number}" for number in range(1, 32)]


def test_the_first_alternative_is_the_default() -> None:
    default = World()

    assert {name: getattr(default, name) for name in ALTERNATIVES} == {
        name: allowed[0] for name, allowed in ALTERNATIVES.items()
    }


def test_numbers_override_their_presets() -> None:
    world = World(W13="5min", W15="forever", W18="gap", seconds=Seconds(1.0, 2.0, 3.0, 4.0))

    numbers = (
        world.associating_seconds,
        world.disassociating_seconds,
        world.status_lag_seconds,
        world.changeover_gap_seconds,
    )
    assert numbers == (1.0, 2.0, 3.0, 4.0)


def test_w12_a_removal_is_a_key_change_too() -> None:
    bench = Bench(World(W12="next-key-change"))
    old = bench.first_arn(NORTH)
    bench.add_key(NORTH)
    bench.add_key(NORTH, OTHER_CKN, "56" * 32)
    before = bench.twin.in_use(NORTH)

    bench.disassociate(NORTH, old)
    bench.wait(5)

    assert (before, bench.twin.in_use(NORTH)) == (CKN, OTHER_CKN)


def test_w6_a_second_entry_is_in_use_only_once_it_is_associated() -> None:
    bench = Bench(World(W6="second-entry"))
    bench.add_key(NORTH)

    bench.associate(NORTH)
    bench.wait(10)

    life = bench.twin.key_lives(NORTH)[-1]
    assert life.in_use[0][0] == life.associated_at
