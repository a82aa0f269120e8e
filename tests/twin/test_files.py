"""Estates and worlds are read from JSON; what is wrong in them is named."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sandbox.twin import DEFAULT_ESTATE, DEMO_ESTATE, FormError, RouterBehaviour, World, estate_from_json
from tests.twin.bench import Bench

ESTATE: dict[str, Any] = {
    "connections": [
        {"id": "dxcon-aaaaaaa1", "name": "a", "mode": "must_encrypt", "keys": 2, "tags": {"k": "v"}},
        {"id": "dxcon-aaaaaaa2", "bandwidth": "1Gbps", "macsec": False},
        {"id": "dxcon-aaaaaaa3", "bandwidth": "100Gbps"},
    ],
    "lags": [{"id": "dxlag-aaaaaaa1", "connections": ["dxcon-aaaaaaa3", {"id": "dxcon-aaaaaaa4"}], "keys": 1}],
    "interconnects": [{"id": "dxcon-aaaaaaa5", "partner": "Partner", "state": "down"}],
    "hosted": [{"id": "dxcon-aaaaaaa6", "on": "dxcon-aaaaaaa5", "vlan": 5}],
}


def test_an_estate_file_becomes_an_estate_that_runs() -> None:
    bench = Bench(estate=estate_from_json(ESTATE))
    bench.wait(10)

    assert bench.twin.links() == ("dxcon-aaaaaaa1", "dxcon-aaaaaaa5", "dxlag-aaaaaaa1")
    assert len(bench.keys("dxcon-aaaaaaa1")) == 2
    assert bench.lost("dxcon-aaaaaaa1") == 0
    assert bench.lost("dxlag-aaaaaaa1") == 0
    assert bench.twin.ports("dxlag-aaaaaaa1") == ("dxcon-aaaaaaa3", "dxcon-aaaaaaa4")
    assert bench.link("dxcon-aaaaaaa6")["vlan"] == 5


def test_a_written_port_starts_with_should_encrypt() -> None:
    estate = estate_from_json({"connections": [{"id": "dxcon-aaaaaaa1"}]})

    assert estate.connections[0].mode == "should_encrypt"
    assert estate.connections[0].keys == 0


def broken(change: object, path: tuple[Any, ...]) -> dict[str, Any]:
    """Return the estate with one value changed."""
    estate = copy.deepcopy(ESTATE)
    place: Any = estate
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = change
    return estate


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ("dxcon-A", ("connections", 0, "id"), r"connections\[0\].id: expected a string like"),
        ("fast", ("connections", 0, "bandwidth"), r"connections\[0\].bandwidth: expected one of 1Gbps"),
        (
            "red",
            ("connections", 0, "colour"),
            r"connections\[0\].colour: unknown name, expected one of bandw",
        ),
        (4, ("connections", 0, "keys"), r"connections\[0\].keys: expected a whole number from 0 to 3, got 4"),
        ("yes", ("connections", 0, "macsec"), r"connections\[0\].macsec: expected true or false"),
        (True, ("connections", 1, "macsec"), r"connections\[1\].macsec: expected false at 1Gbps"),
        (1, ("connections", 1, "keys"), r"connections\[1\].keys: expected 0"),
        ({"k": 1}, ("connections", 0, "tags"), r"connections\[0\].tags.k: expected a string"),
        ("maybe", ("lags", 0, "mode"), r"lags\[0\].mode: expected one of no_encrypt"),
        ("10Gbps", ("lags", 0, "bandwidth"), r"lags\[0\].connections\[0\].bandwidth: expected '10Gbps'"),
        ("dxcon-zzzzzzzz", ("lags", 0, "connections", 0), r"lags\[0\].connections\[0\]: expected the id"),
        ("dxcon-zzzzzzzz", ("hosted", 0, "on"), r"hosted\[0\].on: expected the id"),
        ("dxcon-aaaaaaa1", ("hosted", 0, "id"), "expected each id once"),
        (None, ("hosted", 0, "vlan"), r"hosted\[0\].vlan: missing"),
        ([], ("hosted", 0), r"hosted\[0\]: expected an object"),
        ({}, ("lags",), "estate.lags: expected a list"),
        ([{"code": "X", "port_speeds": ["2Gbps"]}], ("locations",), r"locations\[0\].port_speeds: expected"),
    ],
)
def test_a_broken_estate_names_the_field(change: object, path: tuple[Any, ...], words: str) -> None:
    with pytest.raises(FormError, match=words):
        estate_from_json(broken(change, path))


def test_own_locations_replace_the_usual_ones() -> None:
    estate = estate_from_json(
        {
            "locations": [{"code": "X1", "macsec_port_speeds": ["10Gbps"], "providers": ["P"]}],
            "connections": [{"id": "dxcon-aaaaaaa1"}],
        }
    )

    assert estate.connections[0].location == "X1"
    assert estate.locations[0].macsec_port_speeds == ("10Gbps",)


def test_a_world_file_sets_switches_numbers_routers_and_the_clock() -> None:
    world = World.from_json(
        {
            "W1": "available",
            "seconds": {"status_lag": 12, "life_time": None},
            "routers": {"dxcon-aaaaaaa1": {"answers": "late", "late_seconds": 5}},
            "clock": {"scale": 60},
        }
    )

    assert world.W1 == "available"
    assert world.status_lag_seconds == 12.0
    assert world.seconds.life_time == 6.0
    assert world.routers["dxcon-aaaaaaa1"] == RouterBehaviour(answers="late", late_seconds=5.0)
    assert world.clock_scale == 60.0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"W1": "maybe"}, "world.W1: expected one of pending, available, pending-cut, got 'maybe'"),
        ({"W99": "x"}, "world.W99: unknown name, expected one of W1, W10"),
        ({"seconds": {"associating": -1}}, "world.seconds.associating: expected a number, 0 or more"),
        ({"seconds": {"hours": 1}}, "world.seconds.hours: unknown name"),
        ({"routers": {"x": {"answers": "no"}}}, "world.routers.x.answers: expected one of normal"),
        ({"routers": {"x": {"colour": 1}}}, "world.routers.x.colour: unknown name"),
        ({"clock": {"speed": 1}}, "world.clock.speed: unknown name"),
        ([], "world: expected an object"),
    ],
)
def test_a_broken_world_names_the_field(data: object, words: str) -> None:
    with pytest.raises(FormError, match=words):
        World.from_json(data)


def test_a_world_made_by_hand_is_checked_too() -> None:
    wrong: Any = "maybe"

    with pytest.raises(ValueError, match="W1: expected one of"):
        World(W1=wrong)


def test_the_demo_estate_shows_one_of_each() -> None:
    modes = [port.mode for port in DEMO_ESTATE.connections if port.macsec]
    groups = {tuple(port.tags.items()) for port in DEMO_ESTATE.connections if port.macsec}

    assert DEMO_ESTATE is DEFAULT_ESTATE
    assert sorted(modes) == ["must_encrypt", "should_encrypt"]
    assert len(groups) == 1
    assert [len(lag.members) for lag in DEMO_ESTATE.lags] == [2]
    assert (len(DEMO_ESTATE.interconnects), len(DEMO_ESTATE.hosted)) == (1, 1)


def test_a_port_that_is_still_pending_comes_up_by_itself() -> None:
    port = {"id": "dxcon-aaaaaaa1", "state": "pending", "keys": 1}
    bench = Bench(estate=estate_from_json({"connections": [port]}))
    before = bench.link("dxcon-aaaaaaa1")

    bench.wait(20)

    after = bench.link("dxcon-aaaaaaa1")
    assert (before["connectionState"], after["connectionState"]) == ("pending", "available")
    assert (before["portEncryptionStatus"], after["portEncryptionStatus"]) == (
        "Encryption Down",
        "Encryption Up",
    )
