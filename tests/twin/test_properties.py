"""Whatever is called, in whatever order and world: the twin's own books stay true."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.twin import ALTERNATIVES, TwinError, World
from sandbox.twin.client import service_model
from tests.twin.bench import EDGE, LAG, MEMBER, NORTH, SOUTH, START, Bench
from tests.twin.test_shapes import faults_of

LINKS = (NORTH, SOUTH, EDGE, LAG)
PAIRS = tuple((f"{n}{n}" * 32, f"{n}0" * 32) for n in range(1, 5))

WORLDS = st.builds(
    lambda switches: replace(World(), **switches),
    st.fixed_dictionaries({name: st.sampled_from(allowed) for name, allowed in ALTERNATIVES.items()}),
)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0, 200, allow_nan=False)),
        st.tuples(st.just("associate"), st.sampled_from(LINKS), st.sampled_from(PAIRS)),
        st.tuples(st.just("disassociate"), st.sampled_from(LINKS), st.integers(0, 2)),
        st.tuples(st.just("mode"), st.sampled_from(LINKS), st.sampled_from(["no", "should", "must"])),
        st.tuples(st.just("install"), st.sampled_from(LINKS), st.sampled_from(PAIRS)),
        st.tuples(st.just("prefer"), st.sampled_from(LINKS), st.sampled_from(PAIRS)),
        st.tuples(st.just("take off"), st.sampled_from(LINKS), st.sampled_from(PAIRS)),
        st.tuples(st.just("flap"), st.sampled_from((NORTH, SOUTH, EDGE, MEMBER))),
        st.tuples(st.just("delete secret"), st.sampled_from(LINKS)),
    ),
    min_size=4,
    max_size=25,
)


def play(bench: Bench, move: tuple[Any, ...]) -> None:
    """Make one move; what the twin refuses is no trouble here."""
    with contextlib.suppress(TwinError, KeyError, IndexError):
        _make(bench, move)


def _make(bench: Bench, move: tuple[Any, ...]) -> None:
    match move:
        case ("wait", seconds):
            bench.wait(round(seconds, 3))
        case ("associate", link, (ckn, cak)):
            bench.associate(link, ckn, cak)
        case ("disassociate", link, number):
            bench.disassociate(link, bench.keys(link)[number]["secretARN"])
        case ("mode", link, mode):
            operation, name = ("UpdateLag", "lagId") if link == LAG else ("UpdateConnection", "connectionId")
            bench.call(operation, **{name: link, "encryptionMode": f"{mode}_encrypt"})
        case ("install", link, (ckn, cak)):
            bench.twin.router(link).install(ckn, cak)
        case ("prefer", link, (ckn, _)):
            bench.twin.router(link).prefer(ckn)
        case ("take off", link, (ckn, _)):
            bench.twin.router(link).remove(ckn)
        case ("flap", port):
            bench.twin.flap(port, 3.0)
        case ("delete secret", link):
            bench.secrets.schedule_deletion(bench.first_arn(link), bench.clock.now())


def check(bench: Bench, link: str) -> None:
    """Check what must hold of a link at any moment."""
    live = [key for key in bench.keys(link) if key["state"] != "disassociated"]
    seconds = bench.twin.meter.seconds(link)
    carried = {str(ckn).casefold() for port in bench.twin.ports(link) if (ckn := bench.twin.in_use(port))}
    assert len(live) <= 3
    assert sum(seconds) == pytest.approx((bench.clock.now() - START).total_seconds(), abs=1e-6)
    assert carried <= {key["ckn"].casefold() for key in live}
    configured = bench.twin.router(link).keys()
    assert carried <= {ckn.casefold() for ckn in configured}
    assert all(key["secretARN"] in bench.secrets.arns() for key in live)


@settings(max_examples=60, deadline=None)
@given(world=WORLDS, moves=MOVES)
def test_the_books_stay_true(world: World, moves: list[tuple[Any, ...]]) -> None:
    bench = Bench(world)

    for move in moves:
        play(bench, move)

        for link in LINKS:
            check(bench, link)


@settings(max_examples=40, deadline=None)
@given(world=WORLDS, moves=MOVES)
def test_how_often_the_twin_is_asked_changes_nothing(world: World, moves: list[tuple[Any, ...]]) -> None:
    asked, left_alone = Bench(replace(world, W11="never")), Bench(replace(world, W11="never"))

    for move in moves:
        play(asked, move)
        play(left_alone, move)
        for operation in ("DescribeConnections", "DescribeLags"):
            asked.call(operation)

    for link in LINKS:
        assert asked.twin.meter.timeline(link) == left_alone.twin.meter.timeline(link)
        assert asked.link(link) == left_alone.link(link)


@settings(max_examples=25, deadline=None)
@given(world=WORLDS, moves=MOVES)
def test_answers_keep_their_shape(world: World, moves: list[tuple[Any, ...]]) -> None:
    bench = Bench(world)
    for move in moves:
        play(bench, move)

    for operation in ("DescribeConnections", "DescribeLags", "DescribeInterconnects"):
        answer = bench.call(operation)

        assert faults_of(answer, service_model().operation_model(operation).output_shape) == ""


@settings(max_examples=40, deadline=None)
@given(moves=MOVES)
def test_no_encrypt_is_never_encrypted_and_must_encrypt_never_clear(moves: list[tuple[Any, ...]]) -> None:
    bench = Bench()

    for move in moves:
        before = {link: (bench.link(link)["encryptionMode"], bench.twin.meter.seconds(link)) for link in LINKS}
        play(bench, move)

        for link, (mode, seconds) in before.items():
            after = bench.twin.meter.seconds(link)
            unchanged = bench.link(link)["encryptionMode"] == mode
            assert not (unchanged and mode == "must_encrypt" and after.clear > seconds.clear)
            assert not (unchanged and mode == "no_encrypt" and after.encrypted > seconds.encrypted)
