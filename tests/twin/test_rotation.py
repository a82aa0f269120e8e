"""A whole key change, as the product makes it, in the default world and in each that charges nothing."""

from __future__ import annotations

import pytest

from sandbox.twin import World
from tests.twin.bench import CAK, CKN, EDGE, LAG, NORTH, Bench


def rotate(bench: Bench, link: str) -> None:
    old = bench.first_arn(link)
    bench.add_key(link)
    bench.twin.router(link).prefer(CKN)
    bench.wait(30)
    bench.disassociate(link, old)
    bench.wait(30)


@pytest.mark.parametrize("link", [NORTH, LAG, EDGE])
def test_a_careful_key_change_loses_nothing(bench: Bench, link: str) -> None:
    rotate(bench, link)

    assert bench.lost(link) == 0
    assert [key["ckn"] for key in bench.keys(link)] == [CKN]
    assert bench.link(link)["encryptionMode"] == "must_encrypt"
    assert set(bench.twin.router(link).in_use().values()) == {CKN}


@pytest.mark.parametrize(
    "world",
    [
        World(W1="available"),
        World(W12="session-lost", W26="all-keys"),
        World(W12="next-key-change", W26="all-keys"),
        World(W26="all-keys"),
        World(W8="all", W9="listed", W14="empty", W25="upper", W29="other"),
    ],
)
def test_a_careful_key_change_loses_nothing_where_the_world_charges_nothing(world: World) -> None:
    bench = Bench(world)

    rotate(bench, NORTH)

    assert bench.lost(NORTH) == 0


def test_an_end_that_moves_only_when_its_session_is_lost_costs_one_life_time() -> None:
    bench = Bench(World(W12="session-lost"))

    rotate(bench, NORTH)

    assert bench.twin.meter.seconds(NORTH).dropped == 6.0
    assert bench.twin.in_use(NORTH) == CKN


def test_key_lives_tell_the_whole_story(bench: Bench) -> None:
    rotate(bench, NORTH)

    old, new = bench.twin.key_lives(NORTH)

    assert old.removed_at is not None
    assert new.associated_at is not None
    assert old.in_use[-1][1] == new.associated_at == new.in_use[0][0]
    assert new.removed_at is None


def test_removing_the_key_in_use_without_another_common_one_darkens_the_link(bench: Bench) -> None:
    old = bench.first_arn(NORTH)
    bench.associate(NORTH)
    bench.wait(3)

    bench.disassociate(NORTH, old)
    bench.wait(20)

    assert bench.twin.in_use(NORTH) is None
    assert bench.link(NORTH)["portEncryptionStatus"] == "Encryption Down"
    assert bench.twin.meter.seconds(NORTH).dropped > 0


def test_a_removed_key_comes_back_by_its_arn_without_a_cak(bench: Bench) -> None:
    old = bench.first_arn(NORTH)
    bench.associate(NORTH)
    bench.wait(3)
    bench.disassociate(NORTH, old)
    bench.wait(20)

    bench.call("AssociateMacSecKey", connectionId=NORTH, secretARN=old)
    bench.wait(10)

    assert bench.link(NORTH)["portEncryptionStatus"] == "Encryption Up"
    assert bench.first_arn(NORTH) != old
    assert bench.keys(NORTH)[-1]["secretARN"] == old


def test_a_ckn_with_another_cak_makes_no_session(bench: Bench) -> None:
    bench.twin.router(NORTH).install(CKN, "34" * 32)
    bench.associate(NORTH, CKN, CAK)

    bench.wait(10)

    assert bench.twin.in_use(NORTH) not in (CKN, None)
    assert bench.lost(NORTH) == 0


def test_hex_case_does_not_keep_two_ends_apart(bench: Bench) -> None:
    bench.twin.router(NORTH).install(CKN.upper(), CAK)
    bench.associate(NORTH, CKN, CAK)

    bench.wait(10)

    assert bench.twin.in_use(NORTH) == CKN
