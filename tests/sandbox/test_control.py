"""The control routes show and change the sandbox from outside AWS's API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from sandbox.cloud import Sandbox
from sandbox.cloud.vocabulary import Json


def _ask(sandbox: Sandbox, method: str, route: str, document: Json = None) -> Json:
    data = None if document is None else json.dumps(document).encode()
    request = Request(f"{sandbox.endpoint}/_sandbox/{route}", data=data, method=method)  # noqa: S310 - own URL
    with urlopen(request) as answer:  # noqa: S310
        return json.loads(answer.read())


@pytest.fixture
def _world(sandbox: Sandbox) -> Iterator[None]:
    before = _ask(sandbox, "GET", "world")
    yield
    _ask(sandbox, "PATCH", "world", {"W13": "0s", **before})


def test_shows_the_traffic_of_every_link(sandbox: Sandbox) -> None:
    traffic = _ask(sandbox, "GET", "traffic")

    assert set(traffic) == set(sandbox.twin.links())
    assert set(traffic["dxcon-fg5678gh"]) == {"encrypted_seconds", "clear_seconds", "dropped_seconds"}


@pytest.mark.usefixtures("_world")
def test_changes_one_switch_of_the_world_and_keeps_the_rest(sandbox: Sandbox) -> None:
    before = _ask(sandbox, "GET", "world")

    after = _ask(sandbox, "PATCH", "world", {"W13": "30s"})

    assert after == {**before, "W13": "30s"}
    assert sandbox.twin.world.W13 == "30s"


def test_an_unknown_switch_is_refused_and_nothing_changes(sandbox: Sandbox) -> None:
    before = _ask(sandbox, "GET", "world")

    with pytest.raises(HTTPError) as refused:
        _ask(sandbox, "PATCH", "world", {"W99": "yes"})

    with refused.value as answer:
        assert answer.code == 400
        assert "W99" in json.loads(answer.read())["message"]
    assert _ask(sandbox, "GET", "world") == before


def test_moves_the_twins_clock(sandbox: Sandbox) -> None:
    before = sandbox.clock.now()

    _ask(sandbox, "POST", "clock/advance", {"seconds": 100})

    assert (sandbox.clock.now() - before).total_seconds() >= 100


def test_shows_calls_and_events(sandbox: Sandbox) -> None:
    sandbox.client("directconnect").describe_lags()

    calls, events = _ask(sandbox, "GET", "calls"), _ask(sandbox, "GET", "events")

    assert ("person", "DescribeLags") in {(call["principal"], call["action"]) for call in calls}
    assert "DescribeLags" in {event["detail"].get("eventName") for event in events}


def test_takes_a_port_down_and_up(sandbox: Sandbox) -> None:
    _ask(sandbox, "POST", "ports/dxcon-fh2j4k6m/down")
    down = _state(sandbox, "dxcon-fh2j4k6m")
    _ask(sandbox, "POST", "ports/dxcon-fh2j4k6m/up")

    assert down == "down"
    assert _state(sandbox, "dxcon-fh2j4k6m") == "available"


def test_settles(sandbox: Sandbox) -> None:
    sandbox.client("sqs").send_message(QueueUrl=sandbox.outputs["Chores"], MessageBody='{"job": "control-0"}')

    _ask(sandbox, "POST", "settle", {"patience_seconds": 30})

    assert ["control-0"] in [event["detail"]["jobs"] for event in sandbox.delivery.events("toy.work")]


def test_what_does_not_settle_in_time_is_said(sandbox: Sandbox) -> None:
    body = json.dumps({"job": "control-1", "seconds": 1})
    sandbox.client("sqs").send_message(QueueUrl=sandbox.outputs["Chores"], MessageBody=body)

    with pytest.raises(HTTPError) as restless:
        _ask(sandbox, "POST", "settle", {"patience_seconds": 0})

    with restless.value as answer:
        assert answer.code == 409
        assert "1 messages in" in json.loads(answer.read())["message"]
    sandbox.settle()


@pytest.mark.parametrize("route", ["nothing", "ports/dxcon-00000000/down", "schedules/none/fire"])
def test_what_is_not_there_is_not_found(sandbox: Sandbox, route: str) -> None:
    with pytest.raises(HTTPError) as missing:
        _ask(sandbox, "POST", route)

    with missing.value as answer:
        assert answer.code == 404


def _state(sandbox: Sandbox, connection: str) -> str:
    found = sandbox.client("directconnect").describe_connections(connectionId=connection)["connections"]
    return str(found[0]["connectionState"])
