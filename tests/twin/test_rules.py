"""The rules of keys and modes that are confirmed, one test each."""

from __future__ import annotations

import pytest

from tests.twin.bench import CAK, CKN, EDGE, HOSTED, LAG, MEMBER, NORTH, PLAIN, SOUTH, Bench

NEW_PORT = {"location": "EqDC2", "bandwidth": "10Gbps", "connectionName": "new"}


def test_a_key_goes_from_associating_to_associated(bench: Bench) -> None:
    bench.associate(NORTH)

    states = [bench.keys(NORTH)[-1]["state"]]
    bench.wait(3)
    states.append(bench.keys(NORTH)[-1]["state"])

    assert states == ["associating", "associated"]


def test_a_removed_key_goes_over_disassociating_and_vanishes(bench: Bench) -> None:
    old = bench.first_arn(NORTH)
    bench.add_key(NORTH)

    answer = bench.disassociate(NORTH, old)
    bench.wait(2)

    assert answer["macSecKeys"][0]["state"] == "disassociating"
    assert [key["ckn"] for key in bench.keys(NORTH)] == [CKN]


def test_a_port_is_pending_while_a_key_changes_and_takes_no_other(bench: Bench) -> None:
    bench.associate(NORTH)

    refusal = bench.refusal("AssociateMacSecKey", connectionId=NORTH, ckn="cd" * 32, cak=CAK)

    assert bench.link(NORTH)["connectionState"] == "pending"
    assert refusal.message == ("The port is not in available state to associate the key for account 123456789012")


def test_a_chain_holds_three_keys(bench: Bench) -> None:
    bench.add_key(NORTH, "01" * 32)
    bench.add_key(NORTH, "02" * 32)

    refusal = bench.refusal("AssociateMacSecKey", connectionId=NORTH, ckn=CKN, cak=CAK)

    assert refusal.code == "DirectConnectClientException"
    assert len(bench.keys(NORTH)) == 3


def test_the_last_key_takes_must_encrypt_with_it(bench: Bench) -> None:
    bench.disassociate(NORTH, bench.first_arn(NORTH))

    bench.wait(20)

    assert bench.link(NORTH)["encryptionMode"] == "should_encrypt"
    assert bench.keys(NORTH) == []
    assert bench.twin.meter.seconds(NORTH).clear > 0


def test_each_pair_has_a_managed_secret_named_as_documented(bench: Bench) -> None:
    arn = bench.associate(NORTH)

    stored = bench.secrets.read(arn)

    assert f":secret:directconnect!prod/us-east-1/directconnect/{CKN}-" in arn
    assert stored is not None
    assert stored.cak.reveal() == CAK


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"ckn": CKN}, "Either secretARN"),
        ({"ckn": CKN, "cak": CAK, "secretARN": "arn:x"}, "Either secretARN"),
        ({"ckn": "ab", "cak": CAK}, "64 hexadecimal"),
        ({"ckn": CKN, "cak": "zz" * 32}, "64 hexadecimal"),
        ({"secretARN": "arn:aws:secretsmanager:us-east-1:1:secret:directconnect!none"}, "can not be used"),
        ({"secretARN": "arn:aws:secretsmanager:us-east-1:1:secret:mine"}, "can not be used"),
    ],
)
def test_a_pair_that_is_none_is_refused(bench: Bench, parameters: dict[str, str], words: str) -> None:
    refusal = bench.refusal("AssociateMacSecKey", connectionId=NORTH, **parameters)

    assert words in refusal.message
    assert CAK not in str(refusal)


@pytest.mark.parametrize("operation", ["AssociateMacSecKey", "UpdateConnection"])
def test_an_unknown_link_is_named_in_the_refusal(bench: Bench, operation: str) -> None:
    refusal = bench.refusal(operation, connectionId="dxcon-zzzzzzzz", ckn=CKN, cak=CAK)

    assert refusal.message == "Could not find Connection with ID dxcon-zzzzzzzz"


@pytest.mark.parametrize("connection", [HOSTED, PLAIN])
def test_what_cannot_hold_keys_is_refused(bench: Bench, connection: str) -> None:
    key = bench.refusal("AssociateMacSecKey", connectionId=connection, ckn=CKN, cak=CAK)
    mode = bench.refusal("UpdateConnection", connectionId=connection, encryptionMode="must_encrypt")

    assert (key.code, mode.code) == ("DirectConnectClientException", "DirectConnectClientException")


def test_an_interconnect_holds_keys_like_a_connection(bench: Bench) -> None:
    bench.add_key(EDGE)

    assert bench.twin.in_use(EDGE) == CKN
    assert bench.refusal("DescribeConnections", connectionId=EDGE).message.endswith(EDGE)


def test_a_mode_that_is_none_is_refused(bench: Bench) -> None:
    refusal = bench.refusal("UpdateConnection", connectionId=NORTH, encryptionMode="maybe")

    assert "no_encrypt, should_encrypt, must_encrypt" in refusal.message


def test_must_encrypt_is_set_without_a_loss_while_encryption_is_up(bench: Bench) -> None:
    bench.call("UpdateConnection", connectionId=SOUTH, encryptionMode="must_encrypt")

    bench.wait(10)

    assert bench.link(SOUTH)["encryptionMode"] == "must_encrypt"
    assert bench.lost(SOUTH) == 0


def test_no_encrypt_means_clear_text_and_no_session(bench: Bench) -> None:
    bench.call("UpdateConnection", connectionId=NORTH, encryptionMode="no_encrypt")

    bench.wait(10)

    assert bench.twin.meter.seconds(NORTH) == (0.0, 10.0, 0.0)
    assert bench.link(NORTH)["portEncryptionStatus"] == "Encryption Down"


def test_the_way_back_from_no_encrypt_leads_over_clear_text_not_over_a_loss(bench: Bench) -> None:
    bench.call("UpdateConnection", connectionId=NORTH, encryptionMode="no_encrypt")

    bench.call("UpdateConnection", connectionId=NORTH, encryptionMode="should_encrypt")
    bench.wait(10)

    assert bench.twin.meter.seconds(NORTH) == (7.0, 3.0, 0.0)


def test_should_encrypt_lets_clear_text_pass_once_the_loss_is_noticed(bench: Bench) -> None:
    router = bench.twin.router(SOUTH)

    router.remove(router.keys()[0])
    bench.wait(10)

    assert bench.twin.meter.seconds(SOUTH) == (0.0, 4.0, 6.0)


def test_must_encrypt_drops_what_it_cannot_encrypt(bench: Bench) -> None:
    router = bench.twin.router(NORTH)

    router.remove(router.keys()[0])
    bench.wait(10)

    assert bench.twin.meter.seconds(NORTH) == (0.0, 0.0, 10.0)


def test_macsec_is_requested_at_creation_only_and_starts_with_should_encrypt(bench: Bench) -> None:
    with_it = bench.call("CreateConnection", **NEW_PORT, requestMACSec=True)
    without = bench.call("CreateConnection", **NEW_PORT)

    assert (with_it["macSecCapable"], with_it["encryptionMode"]) == (True, "should_encrypt")
    assert without["macSecCapable"] is False
    assert with_it["connectionState"] == "requested"


def test_a_new_port_becomes_pending_then_available(bench: Bench) -> None:
    port = bench.call("CreateConnection", **NEW_PORT, requestMACSec=True)["connectionId"]

    bench.wait(2)
    pending = bench.link(port)["connectionState"]
    bench.wait(2)

    assert (pending, bench.link(port)["connectionState"]) == ("pending", "available")


@pytest.mark.parametrize(
    ("location", "bandwidth", "words"),
    [
        ("TIE2A", "10Gbps", "MACsec is not available"),
        ("EqNY5", "10Gbps", "MACsec is not available"),
        ("EqDC2", "1Gbps", "MACsec is not available"),
        ("TIE2A", "100Gbps", "bandwidth"),
        ("nowhere", "10Gbps", "Could not find Location"),
    ],
)
def test_a_location_gives_only_what_it_offers(bench: Bench, location: str, bandwidth: str, words: str) -> None:
    wish = {"location": location, "bandwidth": bandwidth, "connectionName": "new", "requestMACSec": True}

    refusal = bench.refusal("CreateConnection", **wish)

    assert words in refusal.message


def test_a_managed_secret_scheduled_for_deletion_takes_its_key_after_thirty_days(bench: Bench) -> None:
    bench.secrets.schedule_deletion(bench.first_arn(NORTH), bench.clock.now())

    bench.wait(29 * 86400)
    before = len(bench.keys(NORTH))
    bench.wait(86400)

    assert (before, bench.keys(NORTH)) == (1, [])
    assert bench.link(NORTH)["encryptionMode"] == "should_encrypt"


def test_a_restored_managed_secret_keeps_its_key(bench: Bench) -> None:
    arn = bench.first_arn(NORTH)
    bench.secrets.schedule_deletion(arn, bench.clock.now())
    bench.wait(86400)
    bench.link(NORTH)

    bench.secrets.restore(arn)
    bench.wait(40 * 86400)

    assert bench.first_arn(NORTH) == arn


def test_a_pending_connection_loses_the_key_of_a_deleted_secret_at_once(bench: Bench) -> None:
    port = bench.call("CreateConnection", **NEW_PORT, requestMACSec=True)["connectionId"]
    bench.wait(2)
    arn = bench.associate(port)

    bench.secrets.schedule_deletion(arn, bench.clock.now())

    assert bench.keys(port) == []


def test_a_port_without_light_drops_everything_and_comes_back(bench: Bench) -> None:
    bench.twin.drop_port(NORTH)
    bench.wait(5)
    state = bench.link(NORTH)["connectionState"]

    bench.twin.raise_port(NORTH)
    bench.wait(10)

    assert state == "down"
    assert bench.twin.meter.seconds(NORTH) == (7.0, 0.0, 8.0)


def test_a_flap_ends_by_itself(bench: Bench) -> None:
    bench.twin.flap(NORTH, 2.0)

    bench.wait(10)

    assert bench.twin.meter.seconds(NORTH) == (5.0, 0.0, 5.0)


def test_a_lag_is_asked_for_its_members_status(bench: Bench) -> None:
    lag = bench.link(LAG)

    assert "portEncryptionStatus" not in lag
    assert {port["portEncryptionStatus"] for port in lag["connections"]} == {"Encryption Up"}
    assert bench.link(MEMBER)["macSecKeys"] == lag["macSecKeys"]


def test_a_secret_restored_in_time_is_watched_anew(bench: Bench) -> None:
    arn = bench.first_arn(NORTH)
    bench.secrets.schedule_deletion(arn, bench.clock.now())
    bench.link(NORTH)
    bench.secrets.restore(arn)
    bench.link(NORTH)

    bench.secrets.schedule_deletion(arn, bench.clock.now())
    bench.wait(31 * 86400)

    assert bench.keys(NORTH) == []


def test_a_session_that_never_came_up_is_not_missed(bench: Bench) -> None:
    router = bench.twin.router(SOUTH)
    bench.call("UpdateConnection", connectionId=SOUTH, encryptionMode="no_encrypt")
    bench.call("UpdateConnection", connectionId=SOUTH, encryptionMode="should_encrypt")
    bench.wait(1)

    router.remove(router.keys()[0])
    bench.wait(10)

    assert bench.twin.meter.seconds(SOUTH) == (0.0, 11.0, 0.0)
