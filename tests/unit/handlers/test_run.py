from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from dxmacsec.errors import BadInput, PortChanging, UnknownAnswer
from dxmacsec.handlers import ask_router, wiring
from dxmacsec.handlers.begin import first_task
from dxmacsec.handlers.canonical_log import LOGGER
from dxmacsec.handlers.document import write
from dxmacsec.handlers.run import enforcement_task, rotation_task
from dxmacsec.model import SCHEMA, Enforcement, Execution, Request, Rotation, RouterTaskKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dxmacsec.interfaces import World

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LINK = "dxcon-fg5678gh"
SECRET_LOOKING = "d" * 64
ROTATION = Rotation(SCHEMA, "rotation-1", "arn:x", Request(LINK), NOW, LINK, Verdict("go"))
ENFORCEMENT = Enforcement(SCHEMA, "enforcement-1", "arn:y", "arn:y", LINK, NOW, Verdict("go"))
WORLD = cast("World", object())


class Lines(logging.Handler):
    """Keeps what the functions' logger writes."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append({**record.__dict__, "text": record.getMessage()})


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "world", lambda: WORLD)


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    kept = Lines()
    logger = logging.getLogger(LOGGER.service)
    logger.addHandler(kept)
    yield kept.records
    logger.removeHandler(kept)


def retire_key(rotation: Rotation, world: World) -> Rotation:
    assert world is WORLD
    return rotation.to("accepted", "Retired", f"A sentence about {SECRET_LOOKING}.")


def test_a_step_gets_the_document_and_its_result_is_the_next_one() -> None:
    answer = rotation_task(retire_key)(write(ROTATION), None)

    assert answer == write(retire_key(ROTATION, WORLD))


def test_an_enforcement_travels_the_same_way() -> None:
    def raise_mode(enforcement: Enforcement, _world: World) -> Enforcement:
        return replace(enforcement, raised=True)

    answer = enforcement_task(raise_mode)(write(ENFORCEMENT), None)

    assert answer == write(replace(ENFORCEMENT, raised=True))


def test_one_line_says_what_was_decided_and_nothing_of_the_document(lines: list[dict[str, Any]]) -> None:
    rotation_task(retire_key)(write(ROTATION), None)

    (line,) = lines
    assert line["levelname"] == "INFO"
    assert {name: line[name] for name in ("step", "rotation", "link", "next", "reason")} == {
        "step": "retire_key",
        "rotation": "rotation-1",
        "link": LINK,
        "next": "accepted",
        "reason": "Retired",
    }
    assert line["duration_ms"] >= 0
    assert SECRET_LOOKING not in str(line)


@pytest.mark.parametrize(
    ("error", "level"),
    [
        pytest.param(PortChanging("busy"), "WARNING", id="what passes is a warning"),
        pytest.param(UnknownAnswer("what?"), "ERROR", id="what people must see is an error"),
        pytest.param(KeyError("bug"), "ERROR", id="a bug is an error"),
    ],
)
def test_a_failure_flies_on_after_one_line(error: Exception, level: str, lines: list[dict[str, Any]]) -> None:
    def bake(_rotation: Rotation, _world: World) -> Rotation:
        raise error from ValueError(SECRET_LOOKING)

    with pytest.raises(type(error)) as caught:
        rotation_task(bake)(write(ROTATION), None)

    (line,) = lines
    assert caught.value is error
    assert line["levelname"] == level
    assert line["error"] == type(error).__name__
    assert line["sentence"] == str(error)
    assert line["where"][-1].startswith("test_run.py:")
    assert SECRET_LOOKING not in str(line)


@pytest.mark.parametrize("event", [[], "text", None, 7])
def test_an_event_that_is_no_object_is_refused_and_has_its_line(event: Any, lines: list[dict[str, Any]]) -> None:  # noqa: ANN401
    with pytest.raises(BadInput, match=r"^document: expected an object"):
        rotation_task(retire_key)(event, None)

    (line,) = lines
    assert line["error"] == "BadInput"


def test_a_key_that_somebody_gave_for_an_id_is_not_logged(lines: list[dict[str, Any]]) -> None:
    with pytest.raises(BadInput):
        rotation_task(retire_key)({"id": "c0ffee15" * 8, "schema": "c0ffee15" * 8}, None)

    assert "c0ffee15" not in str(lines)


def test_a_document_of_another_schema_is_refused() -> None:
    with pytest.raises(BadInput, match="schema"):
        rotation_task(retire_key)({**write(ROTATION), "schema": 2}, None)


def test_a_first_step_gets_the_input_and_the_execution(lines: list[dict[str, Any]]) -> None:
    def take_lock(event_input: object, execution: Execution, _world: World) -> Rotation:
        assert event_input == {"link": SECRET_LOOKING}
        assert execution == Execution("arn:x", "rotation-1", NOW)
        return ROTATION

    event = {
        "input": {"link": SECRET_LOOKING},
        "execution": {"id": "arn:x", "name": "rotation-1", "started_at": "2026-01-02T03:04:05Z"},
    }
    answer = first_task(take_lock)(event, None)

    assert answer == write(ROTATION)
    assert (lines[0]["rotation"], lines[0]["link"]) == ("rotation-1", LINK)
    assert SECRET_LOOKING not in str(lines)


def test_the_router_is_asked_with_the_token_and_nothing_is_answered(
    monkeypatch: pytest.MonkeyPatch, lines: list[dict[str, Any]]
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(ask_router, "ask_router", lambda *arguments: asked.extend(arguments))

    answer = ask_router.handler({"rotation": write(ROTATION), "task": "prove", "token": SECRET_LOOKING}, None)

    assert answer is None
    assert asked == [ROTATION, RouterTaskKind.PROVE, SECRET_LOOKING, WORLD]
    assert (lines[0]["step"], lines[0]["link"], lines[0]["task"]) == ("ask_router", LINK, "prove")
    assert SECRET_LOOKING not in str(lines)
