"""What one rotation takes: state transitions, calls, and how long it is behind the line.

The real state machines and functions walk over the twin on a virtual clock. Side by side with them, in the same run,
walks the same machine with plain polls: wherever ours looks inside a running function, that one looks once and then
waits 30 s in a Wait state.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from statistics import mean
from typing import Any
from unittest import mock

from benchmarks.figures import Figure, spread
from sandbox.twin import CallRecord
from sandbox.twin import World as TwinWorld
from sandbox.twin.world import Seconds
from tests.walk import execution as executions
from tests.walk import walker as walking
from tests.walk.execution import Execution
from tests.walk.machines import machine
from tests.walk.walker import Walker
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import Scene, a_scene

AREA = "rotation"
ASSOCIATION_SECONDS = 300
PLAIN_POLL_SECONDS = 30
OFFSETS = range(0, PLAIN_POLL_SECONDS, 3)
"""The key becomes `associated` so many seconds later in each round, so that no poll is lucky."""

POLLING = {
    "rotate_key": {"Associated?": "AwaitAssociated", "Retired?": "AwaitRetired"},
    "enforce_encryption": {"SafeToRaise?": "AwaitEncryption", "Held?": "WatchMode"},
}
"""Choices that lead back to a function which looks: there the plain machine waits."""

LOOKING = frozenset({"AwaitAssociated", "Bake", "AwaitRetired", "AwaitEncryption", "WatchMode", "RestoreKey"})
"""States whose calls are polls."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one rotation took; `behind_seconds` is from `associated` to the machine's knowing it."""

    transitions: int
    calls: int
    polls: int
    tasks: int
    behind_seconds: float
    seconds: float
    calls_by_state: Counter[str]


def plain(name: str) -> dict[str, Any]:
    """Return a machine with a Wait of 30 s between two looks, where ours looks inside the function."""
    definition = copy.deepcopy(machine(name))
    states = definition["States"]
    for choice, look in POLLING.get(name, {}).items():
        wait = f"WaitFor{look}"
        states[wait] = {"Type": "Wait", "Seconds": PLAIN_POLL_SECONDS, "Next": look}
        for each in states[choice]["Choices"]:
            if each["Next"] == look:
                each["Next"] = wait
    return definition


@contextmanager
def plain_machines() -> Iterator[None]:
    """Have every execution of the block walk the plain machines."""
    built = {name: plain(name) for name in executions.NAMES}
    with mock.patch.object(walking, "machine", built.__getitem__):
        yield


def rotate(mode: str, offset: float, **limits: Any) -> Taken:  # noqa: ANN401 - any field of Limits
    """Rotate a connection whose new key takes five minutes to be `associated`, in `mode` before."""
    associating = ASSOCIATION_SECONDS + offset
    world = TwinWorld(seconds=Seconds(associating=associating))
    scene = a_scene(a_connection(mode=mode), world, **limits)
    walker = Walker(scene)
    seen = _Seen(scene, walker)
    began = scene.clock.now()
    execution = walker.rotate(LINK)
    if execution.status != "SUCCEEDED":
        message = f"the measured rotation ended {execution.status}: {execution.error}: {execution.cause}"
        raise RuntimeError(message)
    transitions, tasks = transitions_of(walker)
    behind = seen.known_at - (seen.associate_at + associating)
    seconds = (scene.clock.now() - began).total_seconds()
    return Taken(transitions, seen.calls.total(), seen.polls, tasks, behind, seconds, seen.calls)


def transitions_of(walker: Walker) -> tuple[int, int]:
    """Return how many states all executions entered, nested ones included, and how many of them call a function."""
    entered = [(each, state) for each in walker.executions for state in each.visited]
    return len(entered), sum(_is_task(each, state) for each, state in entered)


def _is_task(execution: Execution, state: str) -> bool:
    known = machine(execution.machine)["States"]
    return state in known and known[state]["Type"] == "Task"


class _Seen:
    """Counts the calls at Direct Connect, polls apart, and notes when the key was associated and when we knew."""

    def __init__(self, scene: Scene, walker: Walker) -> None:
        self._scene, self._walker = scene, walker
        self._start = scene.clock.now()
        self.polls = 0
        self.calls: Counter[str] = Counter()
        self.associate_at = self.known_at = 0.0
        scene.twin.on_call.append(self._heard)
        walker.watchers.append(self._stepped)

    def _now(self) -> float:
        return (self._scene.clock.now() - self._start).total_seconds()

    def _heard(self, call: CallRecord) -> None:
        acting = self._walker.stepping[-1] if self._walker.stepping else ""
        state = next((each.state for each in self._walker.executions if each.arn == acting), "")
        if state in LOOKING:
            self.polls += 1
        else:
            self.calls[state] += 1
        if call.operation == "AssociateMacSecKey":
            self.associate_at = self._now()

    def _stepped(self) -> None:
        if not self.known_at and self._walker.executions[0].state == "ProveOnRouter":
            self.known_at = self._now()


def measure() -> list[Figure]:
    """Measure our rotation and the plain one, at each offset; the bake is left out of both, as urgent ones do."""
    ours = [rotate("must_encrypt", offset, bake=timedelta(0)) for offset in OFFSETS]
    raised = rotate("should_encrypt", 0, bake=timedelta(0))
    with plain_machines():
        one_look = {"look_seconds": 0, "poll_seconds": 1}
        plainly = [rotate("must_encrypt", offset, bake=timedelta(0), **one_look) for offset in OFFSETS]
        raised_plainly = rotate("should_encrypt", 0, bake=timedelta(0), **one_look)
    ratio = [mine.transitions / theirs.transitions for mine, theirs in zip(ours, plainly, strict=True)]
    behind = mean(each.behind_seconds for each in ours)
    return [
        spread(AREA, "state transitions, nested machine included, against plain polls of 30 s", ratio, "ratio", 0.6),
        spread(AREA, "state transitions of a rotation, 5 minutes of association", [t.transitions for t in ours]),
        spread(AREA, "the same with plain polls", [each.transitions for each in plainly]),
        Figure(
            AREA,
            "transitions where must_encrypt is raised, too",
            raised.transitions / raised_plainly.transitions,
            "ratio",
            0.6,
            note=f"{raised.transitions} against {raised_plainly.transitions}",
        ),
        Figure(
            AREA,
            "mean reaction to `associated`",
            behind,
            "s of twin time",
            5,
            min(each.behind_seconds for each in ours),
            max(each.behind_seconds for each in ours),
            len(ours),
            note=f"plain: {mean(each.behind_seconds for each in plainly):.1f} s",
        ),
        spread(
            AREA,
            "Direct Connect calls beside polls",
            [each.calls for each in ours],
            at_most=10,
            note="each state reads for itself: " + _listed(ours[0].calls_by_state),
        ),
        spread(AREA, "Direct Connect calls that are polls", [each.polls for each in ours]),
        spread(AREA, "function calls", [each.tasks for each in ours]),
    ]


def _listed(calls: Counter[str]) -> str:
    return ", ".join(f"{state} {number}" for state, number in calls.items())
