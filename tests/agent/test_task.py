from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from agent.driver import NobodyWaitsError
from agent.task import RouterTaskError, parse_task
from dxmacsec.model import LinkKind, RouterTaskKind

if TYPE_CHECKING:
    from collections.abc import Callable


def test_reads_every_field(body: Callable[..., dict[str, Any]]) -> None:
    task = parse_task(json.dumps(body()))

    assert task.task is RouterTaskKind.INSTALL
    assert task.link_kind is LinkKind.CONNECTION
    assert task.ports == ("dxcon-fg5678gh",)
    assert task.old_ckns == ("cd" * 32,)
    assert task.deadline == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_task_without_a_key_is_fine_unless_it_installs(body: Callable[..., dict[str, Any]]) -> None:
    task = parse_task(json.dumps(body(task="confirm", ckn=None, version_id=None)))

    assert (task.ckn, task.version_id) == (None, None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"schema": 2}, "schema: expected 1"),
        ({"surprise": 1}, "surprise: unknown field"),
        ({"task": "dance"}, "task: 'dance' is not a valid RouterTaskKind"),
        ({"task_token": ""}, "task_token: expected text"),
        ({"ports": "dxcon-fg5678gh"}, "ports: expected a list"),
        ({"old_ckns": ["ab"]}, "old_ckns: expected 64 hexadecimal digits"),
        ({"ckn": "xyz"}, "ckn: expected 64 hexadecimal digits"),
        ({"deadline": "soon"}, "deadline: Invalid isoformat string: 'soon'"),
        ({"version_id": None}, "ckn, version_id: expected with an install task"),
    ],
)
def test_names_what_is_wrong(change: dict[str, Any], sentence: str, body: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(RouterTaskError) as caught:
        parse_task(json.dumps(body(**change)))

    assert str(caught.value) == sentence


@pytest.mark.parametrize(("text", "sentence"), [("{", "expected JSON"), ("[]", "expected a JSON object")])
def test_refuses_what_is_no_object(text: str, sentence: str) -> None:
    with pytest.raises(RouterTaskError, match=sentence):
        parse_task(text)


def test_names_every_missing_field_at_once() -> None:
    with pytest.raises(RouterTaskError) as caught:
        parse_task("{}")

    assert "schema: expected 1" in str(caught.value)
    assert "task_token: missing" in str(caught.value)
    assert "what: missing" in str(caught.value)


def test_never_prints_its_token(body: Callable[..., dict[str, Any]]) -> None:
    assert repr(parse_task(json.dumps(body()))) == "RouterTask(rotation-1.install.0, dxcon-fg5678gh)"


def test_a_field_whose_name_is_long_or_may_be_a_key_is_refused_and_not_repeated() -> None:
    with pytest.raises(RouterTaskError) as refused:
        parse_task(json.dumps({"x" * 3000: 1, "c0ffee15" * 8: 1}))

    text = str(refused.value)
    assert text.startswith(f"…: unknown field; {'x' * 40}: unknown field; schema: expected 1; task: missing")
    assert "c0ffee15" not in text


def test_who_waits_is_no_part_of_a_task(body: Callable[..., dict[str, Any]]) -> None:
    task = parse_task(json.dumps(body()))
    forgotten = replace(task, still_wanted=lambda: False)

    task.stop_if_unwanted()
    with pytest.raises(NobodyWaitsError, match=r"rotation-1\.install\.0: nobody waits"):
        forgotten.stop_if_unwanted()

    assert (forgotten, repr(forgotten)) == (task, repr(task))
    with pytest.raises(RouterTaskError, match="still_wanted: unknown field"):
        parse_task(json.dumps(body(still_wanted=True)))
