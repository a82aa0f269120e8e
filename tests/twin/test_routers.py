"""The customer's end: preference, fall-back, and routers in trouble."""

from __future__ import annotations

import pytest

from sandbox.twin import RouterBehaviour, World
from tests.twin.bench import CAK, CKN, LAG, NORTH, Bench


def troubled(behaviour: RouterBehaviour, world: World | None = None) -> Bench:
    bench = Bench(world)
    bench.twin.router(NORTH).behaviour = behaviour
    return bench


def test_an_installed_key_is_listed_once(bench: Bench) -> None:
    router = bench.twin.router(NORTH)

    router.install(CKN, CAK)
    router.install(CKN, CAK)

    assert router.keys()[1:] == (CKN,)


def test_a_key_that_is_not_there_cannot_be_preferred(bench: Bench) -> None:
    with pytest.raises(KeyError):
        bench.twin.router(NORTH).prefer(CKN)


def test_removing_a_key_that_is_not_there_changes_nothing(bench: Bench) -> None:
    router = bench.twin.router(NORTH)

    router.remove(CKN)

    assert len(router.keys()) == 1


def test_a_replaced_cak_ends_the_session_with_the_old_one(bench: Bench) -> None:
    router = bench.twin.router(NORTH)

    router.install(router.keys()[0], CAK)
    bench.wait(10)

    assert router.in_use() == {NORTH: None}


def test_preferring_a_key_that_aws_does_not_offer_costs_and_falls_back(bench: Bench) -> None:
    router = bench.twin.router(NORTH)
    old = router.keys()[0]
    router.install(CKN, CAK)

    router.prefer(CKN)
    bench.wait(60)

    assert router.in_use() == {NORTH: old}
    assert bench.twin.meter.seconds(NORTH).dropped == 18.0


def test_a_router_that_never_takes_the_key_stays_on_the_old_one() -> None:
    bench = troubled(RouterBehaviour(takes_key=False))
    old = bench.twin.router(NORTH).keys()[0]

    bench.add_key(NORTH)
    bench.twin.router(NORTH).prefer(CKN)
    bench.wait(30)

    assert bench.twin.router(NORTH).in_use() == {NORTH: old}
    assert bench.lost(NORTH) == 0


@pytest.mark.parametrize(("world", "dropped"), [(World(W26="one-key"), 6.0), (World(W26="all-keys"), 0.0)])
def test_a_router_that_falls_back_carries_the_old_key_again(world: World, dropped: float) -> None:
    bench = troubled(RouterBehaviour(falls_back_after_seconds=10.0), world)
    old = bench.twin.router(NORTH).keys()[0]
    bench.add_key(NORTH)

    bench.twin.router(NORTH).prefer(CKN)
    before = bench.twin.in_use(NORTH)
    bench.wait(20)

    assert (before, bench.twin.in_use(NORTH)) == (CKN, old)
    assert bench.twin.meter.seconds(NORTH).dropped == dropped


def test_a_router_that_loses_the_key_goes_back_to_the_old_one() -> None:
    bench = troubled(RouterBehaviour(loses_key_after_seconds=20.0))
    old = bench.twin.router(NORTH).keys()[0]
    bench.add_key(NORTH)
    bench.twin.router(NORTH).prefer(CKN)

    bench.wait(60)

    assert bench.twin.in_use(NORTH) == old


def test_a_router_that_flaps_takes_its_ports_down() -> None:
    bench = troubled(RouterBehaviour(flaps_at_seconds=5.0, flap_seconds=2.0))
    bench.add_key(NORTH)

    bench.twin.router(NORTH).prefer(CKN)
    bench.wait(20)

    assert bench.twin.meter.seconds(NORTH).dropped == 5.0


def test_a_lying_router_names_the_new_key_until_the_old_one_is_removed() -> None:
    bench = troubled(RouterBehaviour(loses_encryption_when_old_removed=True))
    old = bench.first_arn(NORTH)
    bench.add_key(NORTH)
    bench.twin.router(NORTH).prefer(CKN)
    said, true = bench.twin.router(NORTH).in_use()[NORTH], bench.twin.in_use(NORTH)

    bench.disassociate(NORTH, old)
    bench.wait(20)
    dark = bench.link(NORTH)["portEncryptionStatus"]
    bench.call("AssociateMacSecKey", connectionId=NORTH, secretARN=old)
    bench.wait(20)

    assert said == CKN
    assert true not in (CKN, None)
    assert dark == "Encryption Down"
    assert bench.link(NORTH)["portEncryptionStatus"] == "Encryption Up"


def test_a_lag_answers_for_each_member(bench: Bench) -> None:
    bench.add_key(LAG)

    assert set(bench.twin.router(LAG).in_use().values()) == {CKN}
    assert len(bench.twin.router(LAG).in_use()) == 2


def test_a_world_gives_routers_their_behaviour() -> None:
    world = World.from_json({"routers": {NORTH: {"answers": "never", "takes_key": False}}})

    bench = Bench(world)

    assert bench.twin.router(NORTH).behaviour == RouterBehaviour(answers="never", takes_key=False)


def test_a_world_can_be_changed_at_run_time(bench: Bench) -> None:
    bench.twin.set_world(World(W1="available", routers={NORTH: RouterBehaviour(answers="late")}))

    bench.associate(NORTH)

    assert bench.twin.world.W1 == "available"
    assert bench.link(NORTH)["connectionState"] == "available"
    assert bench.twin.router(NORTH).behaviour.answers == "late"
