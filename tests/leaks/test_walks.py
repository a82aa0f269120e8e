"""Whole rotations with a planted CAK, and each call of each function failing in turn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from dxmacsec.model import KeyPair
from sandbox.twin import Estate
from tests.leaks.conftest import Written
from tests.leaks.sayings import said_quickly
from tests.leaks.search import leaks, planted
from tests.walk import walker
from tests.walk.machines import handler
from tests.walk.quick import Walk, a_walk
from tests.worlds.estates import LAG, LINK, a_connection, a_lag
from tests.worlds.outside import SeededKeyMaker
from tests.worlds.trouble import raising

ROADS: dict[str, tuple[Estate, str]] = {
    "one key": (a_connection(), LINK),
    "a full chain": (a_connection(keys=3), LINK),
    "a LAG not yet enforced": (a_lag(mode="should_encrypt"), LAG),
}


@dataclass
class PlantingKeyMaker(SeededKeyMaker):
    """Makes the planted pair first."""

    def pair(self) -> KeyPair:
        made = super().pair() if self.made else planted()
        self.made = [*self.made, *([] if made in self.made else [made])]
        return made


@dataclass
class Recorder:
    """Stands around every function: notes who called what, and what flew out of it, said in every way."""

    calls: dict[int, str] = field(default_factory=dict)
    said: list[dict[str, str | bytes]] = field(default_factory=list)
    running: list[str] = field(default_factory=list)

    def around(self, function: str) -> Callable[[dict[str, Any], object], Any]:
        """Return a function with the recorder around it."""

        def run(event: dict[str, Any], context: object) -> Any:  # noqa: ANN401 - any JSON
            self.running.append(function)
            try:
                return handler(function)(event, context)
            except Exception as error:
                self.said.append(said_quickly(error))
                raise
            finally:
                self.running.pop()

        return run


class CarelessServiceError(Exception):
    """What some service raises: nothing of it is known to the product."""


def walked(road: str, monkeypatch: pytest.MonkeyPatch, at: int | None, when: str = "before") -> tuple[Walk, Recorder]:
    """Rotate with the planted pair, and let one call fail."""
    estate, link = ROADS[road]
    walk, recorder = a_walk(estate, link), Recorder()
    key_maker = PlantingKeyMaker()
    target = walk.scene.world.key_maker
    monkeypatch.setattr(target, "_target", key_maker)
    monkeypatch.setattr(walker, "handler", recorder.around)
    seen, around = walk.scene.trouble.seen, walk.scene.trouble.around

    def noting(name: str, *rest: Any) -> Any:  # noqa: ANN401 - any call of an adapter
        recorder.calls[len(seen)] = f"{recorder.running[-1] if recorder.running else ''} {name}"
        return around(name, *rest)

    monkeypatch.setattr(walk.scene.trouble, "around", noting)
    if at is not None:
        walk.scene.trouble.at_call(at, when, raising(CarelessServiceError("it failed")))
    walk.rotate()
    walk.scene.key_maker.made.extend(key_maker.made)
    return walk, recorder


@cache
def first_calls(road: str) -> dict[str, int]:
    """Return the number of the first call of each adapter's method by each function, on a road without trouble."""
    with pytest.MonkeyPatch.context() as patch:
        _, recorder = walked(road, patch, None)
    found: dict[str, int] = {}
    for number, call in recorder.calls.items():
        found.setdefault(call, number)
    return found


def _cases() -> Iterator[object]:
    known: set[str] = set()
    for road in ROADS:
        for call, number in first_calls(road).items():
            if call not in known:
                known.add(call)
                yield pytest.param(road, number, id=call.strip("${}"))


@pytest.mark.parametrize(("road", "number"), list(_cases()))
def test_a_call_that_fails_says_no_cak_anywhere(
    road: str, number: int, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    for when in ("before", "after"):
        walk, recorder = walked(road, monkeypatch, number, when)

        texts = [*walk.walker.papers, walk.scene.ledger.everything()]
        told = json.dumps([walk.scene.herald.events, walk.scene.herald.alerts, walk.scene.desk.sent])
        assert recorder.said
        assert [found for said in recorder.said if (found := leaks(said))] == []
        assert leaks({"papers": "\n".join(texts), "told": told}) == {}
        monkeypatch.undo()
    assert leaks(written()) == {}


def test_every_function_of_a_rotation_has_its_calls_failing() -> None:
    failing = {call.split("Arn")[0].strip("${") for road in ROADS for call in first_calls(road)}

    assert failing >= {"TakeLock", "PlanRotation", "MakeRoom", "CreateKey", "AskRouter", "JudgeAnswer"}
    assert failing >= {"AssociateKey", "AwaitAssociated", "Bake", "RetireKey", "AwaitRetired", "PromoteKey"}
    assert failing >= {"CloseRotation", "BeginEnforcement", "AwaitEncryption", "RaiseMode", "WatchMode"}


def test_a_step_that_keeps_a_cak_in_its_document_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    walk, _ = walked("one key", monkeypatch, None)
    walk.walker.papers.append(json.dumps({"cak": planted().cak.reveal().upper()}))

    assert leaks({"papers": "\n".join(walk.walker.papers)}).keys() == {"papers"}
    assert walk.scene.key_secrets.caks() == [planted().cak.reveal()]
