"""One road walked once with one trouble on it: the walk, its wire, and the calls with their states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

from dxmacsec.adapters.direct_connect import AwsDirectConnect
from dxmacsec.errors import DxMacsecError
from sandbox.twin import Estate
from sandbox.twin import World as TwinWorld
from sandbox.twin.client import TwinClient
from tests.faults.wire import Wire
from tests.walk.answering import Answer, AnsweringRouter
from tests.walk.execution import Execution, Stopped
from tests.walk.quick import QUICK, Walk
from tests.walk.walker import Walker
from tests.walk.watchful import Watchful
from tests.walk.witness import Witness
from tests.worlds.scene import a_scene
from tests.worlds.trouble import Seen, Troubled

SHORT = {"bake": timedelta(seconds=20)}
"""A bake of four looks: thousands of walks wait for it."""


@dataclass(frozen=True)
class Delivery:
    """One invocation of a function: the state, and the arguments with which it may come again."""

    state: str
    arguments: dict[str, Any]
    timeout: float


@dataclass
class StumblingRouter(AnsweringRouter):
    """An agent that answers with a failure where it can't do its task: no right to read the pair, no such key."""

    failed: set[str] = field(default_factory=set)

    def work(self, message: dict[str, Any]) -> float:
        """Do the task; return the seconds until the answer."""
        try:
            return super().work(message)
        except (DxMacsecError, KeyError):
            self.failed.add(message["task_token"])
            return 1.0

    def answer(self, message: dict[str, Any]) -> Answer:
        """Say what the router uses, or that the task failed."""
        if message["task_token"] in self.failed:
            return Answer(error="RouterFailed")
        return super().answer(message)


@dataclass
class TroubledWalker(Walker):
    """A walker whose steps may be delivered twice, be stopped before their task, or be run again much later."""

    delivered: list[Delivery] = field(default_factory=list)
    twice: str = ""
    first_answer_counts: bool = False
    stopped_before: str = ""
    on_stop: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        """Put an agent at the router."""
        self.router = StumblingRouter(self.scene)

    def place(self, outside: str = "") -> str:
        """Return the state that is being walked, `outside` where none is."""
        if not self.stepping:
            return outside
        return next(each.state for each in self.executions if each.arn == self.stepping[-1])

    def deliver_again(self, delivery: Delivery, owner: Execution) -> Any:  # noqa: ANN401 - any JSON
        """Run a function again with the arguments of another time, which are those of `owner`."""
        self.stepping.append(owner.arn)
        try:
            return super()._invoke(delivery.arguments, delivery.timeout)
        finally:
            self.stepping.remove(owner.arn)

    def _perform(self, execution: Execution, state: dict[str, Any]) -> None:
        if self.stopped_before == execution.state:
            self.stopped_before = ""
            self.on_stop()
            raise Stopped
        super()._perform(execution, state)

    def _invoke(self, arguments: dict[str, Any], timeout_seconds: float) -> Any:  # noqa: ANN401 - any JSON
        self.delivered.append(Delivery(self.place(), arguments, timeout_seconds))
        answer = super()._invoke(arguments, timeout_seconds)
        if self.twice != self.place():
            return answer
        self.twice = ""
        self.on_stop()
        again = super()._invoke(arguments, timeout_seconds)
        return answer if self.first_answer_counts else again


@dataclass(frozen=True)
class Moment:
    """Where a call was made, and how the link stood just before it."""

    state: str
    associated: frozenset[str]
    listed: int
    available: bool


class Tape(list[Seen]):
    """The calls that were made, each with the moment in which it was made."""

    def __init__(self, walker: TroubledWalker, link_id: str, outside: str) -> None:
        """Listen to a walker; `outside` names who calls when no state is walked."""
        super().__init__()
        self._walker = walker
        self._link_id = link_id
        self._outside = outside
        self.moments: list[Moment] = []
        self.looks = False

    def append(self, seen: Seen) -> None:
        """Write a call down, with its moment where that is asked for: a look costs time."""
        super().append(seen)
        if self.looks:
            self._look()

    def _look(self) -> None:
        link = self._walker.scene.link(self._link_id)
        associated = frozenset(key.ckn for key in link.keys if key.associated)
        self.moments.append(Moment(self.here, associated, len(link.keys), link.state == "available"))

    @property
    def here(self) -> str:
        """Return who is calling now."""
        return self._walker.place(self._outside)


@dataclass
class Trip:
    """A walk that has come to where a road begins, and how it goes on from there."""

    walk: Walk
    wire: Wire
    walker: TroubledWalker
    go: Callable[[Trip], None]
    tape: Tape
    main: Execution | None = None
    watchful: Watchful | None = None
    dark: bool = False
    before: int = 0
    struck: int = 0
    complaints: list[str] = field(default_factory=list)

    def strike(self) -> None:
        """Note that the trouble took place."""
        self.struck += 1


def a_trip(
    go: Callable[[Trip], None],
    estate: Estate,
    link_id: str,
    twin_world: TwinWorld | None = None,
    outside: str = "",
) -> Trip:
    """Return a trip on a fresh estate, with a wire before Direct Connect's client."""
    scene = a_scene(estate, twin_world, **{**QUICK, **SHORT})
    wire = Wire(TwinClient(scene.twin, "dxmacsec"))
    client = cast("Any", wire)
    adapter = cast("Any", Troubled("direct_connect", AwsDirectConnect(client, client), scene.trouble))
    scene = replace(scene, world=replace(scene.world, direct_connect=adapter))
    walker = TroubledWalker(scene)
    return Trip(
        Walk(scene, walker, Witness(walker, link_id), link_id), wire, walker, go, Tape(walker, link_id, outside)
    )
