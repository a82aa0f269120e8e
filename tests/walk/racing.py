"""Two executions, or an execution and a person, between any two calls of each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.walk.execution import Execution
from tests.walk.machines import machine
from tests.walk.promises import Promises
from tests.walk.quick import QUICK
from tests.walk.walker import Walker
from tests.worlds.scene import Scene, a_scene

INSTANT_SECONDS = 20.0
"""How long the other one may be at work while one call of ours is on its way: less than a function's time-out."""

MOST_TURNS = 4000


@dataclass
class OneTryAStep(Walker):
    """A walker whose steps are one try of a task: who waits to try again lets the others go on."""

    tries: dict[str, list[int]] = field(default_factory=dict)

    def _task(self, execution: Execution, state: dict[str, Any]) -> None:
        tries = self.tries.setdefault(execution.arn, [0] * len(state.get("Retry", ())))
        if self._tried(execution, state, tries):
            self.tries.pop(execution.arn, None)


@dataclass
class Race:
    """An account in which two run at the same time, and what was promised of it."""

    scene: Scene
    walker: OneTryAStep = field(init=False)
    promises: Promises = field(init=False)

    def __post_init__(self) -> None:
        """Put a walker and somebody who watches into the account."""
        self.walker = OneTryAStep(self.scene)
        self.promises = Promises(self.walker)

    def start(self, machine_name: str, link: str) -> Execution:
        """Start an execution; it stands at its first state."""
        return self.walker.start(machine_name, {"link": link})

    def at_call(self, number: int, action: Callable[[], object]) -> None:
        """Do something just before a call, counted from 0."""
        self.scene.trouble.at_call(number, "before", lambda: (action(), None)[1])

    def go_on_at_once(self, execution: Execution) -> None:
        """Walk an execution as far as it comes without waiting: for a clock, for a router, or to try again."""
        began = self.scene.clock.now()
        while execution.status == "RUNNING" and _is_instant(execution):
            self.walker.step(execution)
            elapsed = (self.scene.clock.now() - began).total_seconds()
            if elapsed > INSTANT_SECONDS or execution.arn in self.walker.tries:
                return

    def finish(self, *executions: Execution) -> None:
        """Walk executions to their ends, each a state in turn."""
        for _ in range(MOST_TURNS):
            running = [each for each in executions if each.status == "RUNNING"]
            if not running:
                return
            for execution in running:
                self.walker.step(execution)
        message = f"no end: {[(each.name, each.state) for each in executions]}"
        raise AssertionError(message)


def _is_instant(execution: Execution) -> bool:
    state = machine(execution.machine)["States"][execution.state]
    waits = state["Type"] == "Wait" or str(state.get("Resource", "")).endswith((".waitForTaskToken", ".sync:2"))
    return not waits


def a_race(*args: Any, **limits: Any) -> Race:  # noqa: ANN401 - an estate and a world, and any field of Limits
    """Begin a race in an account, with short waits."""
    return Race(a_scene(*args, **{**QUICK, **limits}))
