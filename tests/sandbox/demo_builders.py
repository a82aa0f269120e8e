"""What the tests of the demonstration are made of."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType

from sandbox.demo.drift import Drift, Enforcement, ModeCall, Told
from sandbox.demo.machine import Place
from sandbox.demo.promises import Proof
from sandbox.demo.sights import LinkSeen, Run, Started, Step, Traffic
from sandbox.demo.timeline import Timeline, Track, timeline
from sandbox.twin import KeyLife

ROOT = Path(__file__).parents[2]
ZERO = datetime(2026, 1, 1, tzinfo=UTC)
OLD, NEW = "ab" * 32, "cd" * 32
CALM = Traffic(30.0, 0.0, 0.0)


def at(seconds: float) -> datetime:
    return ZERO + timedelta(seconds=seconds)


def a_link(name: str = "north-a", group: str | None = "north") -> LinkSeen:
    return LinkSeen(
        f"dxcon-{name}",
        name,
        "connection",
        "10Gbps",
        "must_encrypt",
        "Encryption Up",
        capable=True,
        ckns=(NEW,),
        group=group,
    )


def a_run(link: str = "dxcon-north-a", status: str = "SUCCEEDED") -> Run:
    steps = (Step("TakeLock", at(0)), Step("Locked?", at(1)), Step("AssociateKey", at(2)), Step("Bake", at(6)))
    return Run(link, status, "Rotated", f"{link} uses its new key.", at(0), at(20), steps, old_ckn=OLD, new_ckn=NEW)


def lives() -> list[KeyLife]:
    return [
        KeyLife(OLD, at(-60), at(-60), at(12), [(at(-60), at(6))]),
        KeyLife(NEW, at(4), at(6), None, [(at(6), at(21))]),
    ]


def a_timeline(
    traffic: Sequence[tuple[datetime, datetime, str]] | None = None,
    modes: Sequence[ModeCall] = (),
    enforcements: Sequence[Enforcement] = (),
) -> Timeline:
    carried = traffic or [(at(-60), at(21), "encrypted")]
    track = Track(a_link("<a> & b"), a_run(), lives(), carried, "should_encrypt", modes, enforcements)
    return timeline([track])


def printed(content: RenderableType, width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(content)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def a_proof(**changes: Any) -> Proof:  # noqa: ANN401 - fields of several types
    return replace(Proof(a_run(), a_link(), lives(), CALM, NEW), **changes)


PERSON = "person"
LOW = ("ModeNotEnforced",)
GOOD = ("Compliant",)


def a_mode_call(link: str = "dxcon-north-a", mode: str = "should_encrypt", seconds: float = 0) -> ModeCall:
    return ModeCall(link, mode, PERSON if mode == "should_encrypt" else "RaiseModeRole", at(seconds))


def a_told(before: tuple[str, ...], after: tuple[str, ...], seconds: float, link: str = "dxcon-north-a") -> Told:
    started = after == LOW
    return Told(
        link,
        before,
        after,
        f"{link} is what it is.",
        "UpdateConnection" if started else "",
        "user/person" if started else "",
        "enforce" if started else "",
        at(seconds),
    )


def an_enforcement(status: str = "SUCCEEDED", ended: float | None = 18) -> Enforcement:
    states = ((1.5, "BeginEnforcement"), (2, "AwaitEncryption"), (5, "AwaitEncryption"), (9, "RaiseMode"))
    steps = tuple(Step(state, at(second)) for second, state in (*states, (9.5, "WatchMode"), (17, "CloseEnforcement")))
    ended_at = None if ended is None else at(ended)
    reason = "Enforced" if status == "SUCCEEDED" else "EncryptionNotUp"
    return Enforcement("arn:compliance-1", status, reason, "It is enforced.", at(1.4), ended_at, steps)


def a_drift(name: str = "north-a", **changes: Any) -> Drift:  # noqa: ANN401 - fields of several types
    """Return a drift that was mended after nine seconds."""
    link = a_link(name)
    drift = Drift(
        link,
        a_mode_call(link.id),
        heard_at=at(0.1),
        told=(a_told(GOOD, LOW, 1.3, link.id), a_told(LOW, GOOD, 19, link.id)),
        enforcements=(an_enforcement(),),
        back=a_mode_call(link.id, "must_encrypt", 9.2),
    )
    return replace(drift, **changes)


def lines_of(console: Console) -> list[list[str]]:
    assert isinstance(console.file, io.StringIO)
    return [line.split(maxsplit=2)[2].split(maxsplit=1) for line in console.file.getvalue().splitlines()]


class ScriptedMachine:
    """Runs each link for two looks; fails those that it is told to."""

    def __init__(self, failing: str = "") -> None:
        self._failing, self._started, self._looks = failing, list[str](), dict[str, int]()

    def start(self, link: str) -> Started:
        self._started.append(link)
        return Started(link, link, at(0))

    def executions(self) -> frozenset[str]:
        return frozenset(self._started)

    def started_besides(self, known: set[str]) -> list[Started]:
        return [Started(link, link, at(0)) for link in self._started if link not in known]

    def place(self, execution: str, _before: Place | None = None) -> Place:
        self._looks[execution] = self._looks.get(execution, 0) + 1
        return Place(self._looks[execution] < 2, "Bake", at(0))

    def ended(self, _execution: str, link: str) -> Run:
        return a_run(link, "FAILED" if link == self._failing else "SUCCEEDED")


class ScriptedStepFunctions:
    """Answers for executions of RotateFleet, of which one was started before."""

    def __init__(self, events: list[dict[str, Any]], **description: Any) -> None:  # noqa: ANN401 - as boto3
        self.executions, self._events, self._description = ["before"], events, description

    def describe_execution(self, **_: str) -> dict[str, Any]:
        return self._description

    def get_paginator(self, _operation: str) -> ScriptedStepFunctions:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{"executions": [{"executionArn": each} for each in self.executions], "events": self._events}]


def entered(state: str, document: dict[str, Any]) -> dict[str, Any]:
    details = {"name": state, "input": json.dumps(document)}
    return {"type": "TaskStateEntered", "timestamp": at(0), "stateEnteredEventDetails": details}
