"""LAGs: limits, membership, and what it does to keys and traffic."""

from __future__ import annotations

import pytest

from sandbox.twin import World
from tests.twin.bench import CKN, LAG, MEMBER, NORTH, OTHER_MEMBER, Bench

WISH = {"location": "EqDC2", "connectionsBandwidth": "10Gbps", "lagName": "new"}


def lag_around_north(bench: Bench) -> str:
    """Order a LAG, wait for it, and put the connection with a key into it."""
    lag = str(bench.call("CreateLag", **WISH, numberOfConnections=1, requestMACSec=True)["lagId"])
    bench.wait(5)
    bench.add_key(lag)
    bench.wait(10)
    bench.call("AssociateConnectionWithLag", connectionId=NORTH, lagId=lag)
    return lag


def test_a_joining_member_loses_its_keys_and_is_interrupted(bench: Bench) -> None:
    lag_around_north(bench)
    during = bench.link(NORTH)["connectionState"]

    bench.twin.router(bench.link(NORTH)["lagId"]).install(CKN, "12" * 32)
    bench.wait(10)

    assert during == "down"
    assert [key["ckn"] for key in bench.link(NORTH)["macSecKeys"]] == [CKN]
    assert bench.twin.in_use(NORTH) == CKN
    assert NORTH not in bench.twin.links()


def test_a_joining_member_takes_no_traffic_before_it_can_carry_it(bench: Bench) -> None:
    lag = lag_around_north(bench)
    bench.call("UpdateLag", lagId=lag, encryptionMode="must_encrypt")
    before = bench.lost(lag)

    bench.wait(60)

    assert bench.lost(lag) == before


@pytest.mark.parametrize(("choice", "count"), [("none", 0), ("of-the-lag", 1), ("its-own", 1)])
def test_w20_keys_after_leaving_a_lag(choice: str, count: int) -> None:
    bench = Bench(World.from_json({"W20": choice}))
    own = bench.keys(NORTH)[0]["ckn"]
    lag = lag_around_north(bench)

    bench.call("DisassociateConnectionFromLag", connectionId=NORTH, lagId=lag)

    expected = {"none": [], "of-the-lag": [CKN], "its-own": [own]}[choice]
    assert [key["ckn"] for key in bench.keys(NORTH)] == expected
    assert len(expected) == count
    assert bench.link(NORTH)["encryptionMode"] == "should_encrypt"


@pytest.mark.parametrize(("choice", "count"), [("mirror", 1), ("empty", 0)])
def test_w21_a_members_keys_mirror_the_lags_or_are_empty(choice: str, count: int) -> None:
    bench = Bench(World.from_json({"W21": choice}))

    assert len(bench.keys(MEMBER)) == count
    assert len(bench.keys(LAG)) == 1


def test_the_mode_of_a_lag_reaches_each_member(bench: Bench) -> None:
    bench.call("UpdateLag", lagId=LAG, encryptionMode="should_encrypt", lagName="spine")

    lag = bench.link(LAG)

    assert lag["lagName"] == "spine"
    assert {port["encryptionMode"] for port in lag["connections"]} == {"should_encrypt"}


def test_a_lag_goes_on_without_a_member_that_has_no_light(bench: Bench) -> None:
    bench.twin.drop_port(MEMBER)
    bench.wait(10)

    assert bench.lost(LAG) == 0
    assert bench.link(LAG)["lagState"] == "available"


def test_too_few_members_take_the_lag_down(bench: Bench) -> None:
    bench.call("UpdateLag", lagId=LAG, minimumLinks=2)

    bench.twin.drop_port(MEMBER)
    bench.wait(10)

    assert bench.link(LAG)["lagState"] == "down"
    assert bench.twin.meter.seconds(LAG).dropped == 10.0


def test_a_lag_without_any_light_is_down(bench: Bench) -> None:
    for port in (MEMBER, OTHER_MEMBER):
        bench.twin.drop_port(port)

    assert bench.link(LAG)["lagState"] == "down"


def test_a_member_must_have_asked_for_macsec_at_the_same_time(bench: Bench) -> None:
    refusal = bench.refusal("CreateLag", **WISH, numberOfConnections=1, connectionId=NORTH)

    assert refusal.message == f"Connection {NORTH} and lag should be requested MacSec at the same time"
    assert len(bench.call("DescribeLags")["lags"]) == 1


def test_a_lag_made_around_a_connection_counts_it(bench: Bench) -> None:
    lag = bench.call("CreateLag", **WISH, numberOfConnections=2, connectionId=NORTH, requestMACSec=True)

    ids = [port["connectionId"] for port in lag["connections"]]
    assert len(ids) == 2
    assert NORTH in ids
    assert lag["macSecKeys"] == []


@pytest.mark.parametrize(("bandwidth", "location", "most"), [("10Gbps", "EqDC2", 4), ("100Gbps", "EqDC2", 2)])
def test_a_lag_has_a_limit_of_members(bench: Bench, bandwidth: str, location: str, most: int) -> None:
    wish = {"location": location, "connectionsBandwidth": bandwidth, "lagName": "new"}

    bench.refusal("CreateLag", **wish, numberOfConnections=most + 1)
    lag = bench.call("CreateLag", **wish, numberOfConnections=most)

    assert lag["numberOfConnections"] == most


def test_a_full_lag_takes_no_further_member(bench: Bench) -> None:
    wish = {"location": "EqNY5", "bandwidth": "100Gbps", "connectionName": "third", "requestMACSec": True}

    refusal = bench.refusal("CreateConnection", **wish, lagId=LAG)

    assert "at most 2" in refusal.message


def test_there_are_at_most_ten_lags(bench: Bench) -> None:
    for _ in range(9):
        bench.call("CreateLag", **WISH, numberOfConnections=0)

    refusal = bench.refusal("CreateLag", **WISH, numberOfConnections=0)

    assert "10" in refusal.message


def test_a_connection_that_fits_elsewhere_is_refused(bench: Bench) -> None:
    refusal = bench.refusal("AssociateConnectionWithLag", connectionId=NORTH, lagId=LAG)

    assert "location and bandwidth" in refusal.message
    assert bench.keys(NORTH)


def test_minimum_links_keep_members_in(bench: Bench) -> None:
    bench.call("UpdateLag", lagId=LAG, minimumLinks=2)

    refusal = bench.refusal("DisassociateConnectionFromLag", connectionId=MEMBER, lagId=LAG)

    assert "minimumLinks" in refusal.message


def test_minimum_links_cannot_exceed_the_members(bench: Bench) -> None:
    bench.refusal("UpdateLag", lagId=LAG, minimumLinks=3)

    assert bench.link(LAG)["minimumLinks"] == 0


def test_a_deleted_lag_leaves_its_connections(bench: Bench) -> None:
    bench.call("DeleteLag", lagId=LAG)
    bench.wait(10)

    assert bench.link(LAG)["lagState"] == "deleted"
    assert "lagId" not in bench.link(MEMBER)
    assert MEMBER in bench.twin.links()
    assert LAG not in bench.twin.links()


def test_joining_a_lag_twice_changes_nothing(bench: Bench) -> None:
    before = bench.link(LAG)

    bench.call("AssociateConnectionWithLag", connectionId=MEMBER, lagId=LAG)

    assert bench.link(LAG) == before


def test_a_connection_moves_from_one_lag_to_another(bench: Bench) -> None:
    first = lag_around_north(bench)
    second = bench.call("CreateLag", **WISH, numberOfConnections=0, requestMACSec=True)["lagId"]

    bench.call("AssociateConnectionWithLag", connectionId=NORTH, lagId=second)

    assert bench.link(NORTH)["lagId"] == second
    assert NORTH not in [port["connectionId"] for port in bench.link(first)["connections"]]


def test_a_connection_leaves_only_the_lag_that_it_is_in(bench: Bench) -> None:
    refusal = bench.refusal("DisassociateConnectionFromLag", connectionId=NORTH, lagId=LAG)

    assert "not associated" in refusal.message


def test_a_lag_with_guests_is_not_deleted(bench: Bench) -> None:
    guest = {"bandwidth": "1Gbps", "connectionName": "guest", "ownerAccount": "1", "vlan": 3}
    bench.call("AllocateHostedConnection", **guest, connectionId=LAG)

    refusal = bench.refusal("DeleteLag", lagId=LAG)

    assert "hosted connections" in refusal.message


def test_an_interconnect_may_be_ordered_into_a_lag(bench: Bench) -> None:
    lag = lag_around_north(bench)
    wish = {"interconnectName": "edge-2", "bandwidth": "10Gbps", "location": "EqDC2", "requestMACSec": True}

    made = bench.call("CreateInterconnect", **wish, lagId=lag)

    assert made["lagId"] == lag


def test_a_key_of_its_own_comes_back_with_a_managed_secret() -> None:
    bench = Bench(World(W20="its-own", W7="gone"))
    lag = lag_around_north(bench)

    bench.call("DisassociateConnectionFromLag", connectionId=NORTH, lagId=lag)

    assert bench.first_arn(NORTH) in bench.secrets.arns()


def test_the_books_of_a_connection_end_when_it_joins_a_lag(bench: Bench) -> None:
    lag_around_north(bench)
    joined_at = bench.clock.now()

    bench.wait(60)

    assert bench.twin.key_lives(NORTH)[0].removed_at == joined_at
    assert bench.twin.meter.timeline(NORTH)[-1][1] == joined_at
