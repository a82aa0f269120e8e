"""The scenario of `make real-mka` played by the twin alone: it loses where the real peers lose, and only there."""

from __future__ import annotations

from real_mka.estate import ESTATE, ROTATED
from sandbox.twin import World
from tests.twin.bench import CAK, CKN, Bench

LONG_SECONDS = 120
PENDING_SECONDS = 30
"""A link takes no key while another one is leaving it (W1)."""
STAYS = World(W12="session-lost")
"""AWS moves only when the key in use is lost, so that the customer's end is the first to move."""


def begun(world: World | None = None) -> Bench:
    bench = Bench(world, ESTATE)
    bench.wait(LONG_SECONDS)
    assert bench.twin.meter.seconds(ROTATED).dropped == 0
    return bench


def old(bench: Bench) -> tuple[str, str]:
    (key,) = bench.keys(ROTATED)
    return key["ckn"], key["secretARN"]


def unencrypted(bench: Bench) -> float:
    bench.wait(LONG_SECONDS)
    seconds = bench.twin.meter.seconds(ROTATED)
    return seconds.clear + seconds.dropped


def test_make_before_break_loses_nothing() -> None:
    bench = begun()
    ckn, arn = old(bench)
    bench.twin.router(ROTATED).install(CKN, CAK)
    bench.associate(ROTATED)
    bench.wait(LONG_SECONDS)
    bench.twin.router(ROTATED).prefer(CKN)
    bench.disassociate(ROTATED, arn)
    bench.wait(LONG_SECONDS)
    bench.twin.router(ROTATED).remove(ckn)

    assert unencrypted(bench) == 0
    assert bench.twin.in_use(ROTATED) == CKN


def test_a_key_swapped_in_place_loses() -> None:
    bench = begun()
    ckn, arn = old(bench)
    bench.disassociate(ROTATED, arn)
    bench.wait(PENDING_SECONDS)
    bench.twin.router(ROTATED).remove(ckn)
    bench.twin.router(ROTATED).install(CKN, CAK)
    bench.associate(ROTATED)

    assert unencrypted(bench) > 1
    assert bench.twin.in_use(ROTATED) == CKN


def test_a_cut_over_before_the_other_end_has_the_key_loses() -> None:
    bench = begun()
    bench.twin.router(ROTATED).install(CKN, CAK)
    bench.twin.router(ROTATED).prefer(CKN)
    bench.wait(LONG_SECONDS)
    bench.associate(ROTATED)

    assert unencrypted(bench) > 1


def test_an_old_key_removed_at_the_router_while_aws_is_on_it_loses() -> None:
    bench = begun(STAYS)
    ckn, _ = old(bench)
    bench.twin.router(ROTATED).install(CKN, CAK)
    bench.associate(ROTATED)
    bench.wait(LONG_SECONDS)
    assert bench.twin.in_use(ROTATED) == ckn
    bench.twin.router(ROTATED).remove(ckn)

    assert unencrypted(bench) > 1
    assert bench.twin.in_use(ROTATED) == CKN


def test_a_wrong_cak_never_carries_and_the_last_working_key_goes_on() -> None:
    bench = begun()
    ckn, _ = old(bench)
    bench.twin.router(ROTATED).install(CKN, "ee" * 32)
    bench.associate(ROTATED)

    assert unencrypted(bench) == 0
    assert bench.twin.in_use(ROTATED) == ckn


def test_a_router_that_stops_offering_the_old_key_for_a_wrong_one_is_dark_where_the_linux_driver_is_not() -> None:
    bench = begun()
    bench.twin.router(ROTATED).install(CKN, "ee" * 32)
    bench.associate(ROTATED)
    bench.wait(LONG_SECONDS)
    bench.twin.router(ROTATED).prefer(CKN)

    assert unencrypted(bench) > 1
