"""The agent is killed at every point of a task and started again: the task is answered once, and its work done once."""

from __future__ import annotations

import json
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, cast

import pytest
from moto import mock_aws

from agent import worker as worker_module
from agent.task import parse_task
from agent.worker import Clients, Worker
from dxmacsec.model import KeyPair
from tests.agent.test_devices_driver import Bench
from tests.agent.test_worker import CAK, LINK, NEW, OLD, Site, StepFunctions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.driver import PortCkns
    from agent.task import RouterTask

HIDDEN_SECONDS = 1


class Killed(BaseException):
    """Plays SIGKILL: nothing of the agent's own code catches it."""


class Once:
    """Kills the agent once, at one point."""

    def __init__(self, point: str) -> None:
        self.point, self.done = point, False

    def at(self, point: str) -> None:
        if point == self.point and not self.done:
            self.done = True
            raise Killed


class Waiting(StepFunctions):
    """Waits for one answer; a second one finds the task over, as Step Functions has it."""

    def __init__(self, once: Once) -> None:
        super().__init__()
        self._once = once

    def __getattr__(self, operation: str) -> Callable[..., None]:
        if operation.startswith("__"):
            raise AttributeError(operation)

        def call(**parameters: Any) -> None:  # noqa: ANN401 - as the SDK's
            if self.named("send_task_success"):
                self.dead, self.dead_from = "TaskDoesNotExist", operation
            if operation == "send_task_success":
                self._once.at("before the answer")
            super(Waiting, self).__getattr__(operation)(**parameters)
            self._once.at({"send_task_heartbeat": "after the heartbeat"}.get(operation, "after the answer"))

        return call


class Mortal:
    """The devices driver of a played router, which may die before, in the middle of, and after its work."""

    def __init__(self, bench: Bench, once: Once) -> None:
        self._bench, self._once = bench, once
        typed = bench.router.line

        def dying(line: str) -> str:
            said = typed(line)
            if len(bench.router.typed) == 2:
                once.at("in the middle of the driver's lines")
            return said

        bench.router.line = dying  # type: ignore[method-assign]  # the router dies between two lines

    def install(self, task: RouterTask, pair: KeyPair) -> PortCkns:
        self._once.at("after reading the pair")
        ports = self._bench.driver.install(task, pair)
        self._once.at("after the driver's work")
        return ports


POINTS = (
    "after receiving",
    "after the heartbeat",
    "after reading the pair",
    "in the middle of the driver's lines",
    "after the driver's work",
    "before the answer",
    "after the answer",
)


@pytest.fixture
def site() -> Iterator[Site]:
    with mock_aws():
        yield Site()


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("platform", ["ios-xe", "nx-os"])
def test_killed_and_started_again(
    platform: str, point: str, site: Site, body: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    once, bench = Once(point), Bench(platform)

    def parsed(text: str) -> RouterTask:
        once.at("after receiving")
        return parse_task(text)

    monkeypatch.setattr(worker_module, "parse_task", parsed)
    message = body(deadline="2030-01-01T00:00:00+00:00")
    site.store(message["version_id"], json.dumps({"ckn": NEW, "cak": CAK}))
    site.send(message)
    step_functions = Waiting(once)

    def started() -> Worker:
        return Worker(
            clients=Clients(site.sqs, cast("Any", step_functions), site.secrets_manager),
            driver=cast("Any", Mortal(bench, once)),
            queue_url=site.url,
            name="north",
            heartbeat_seconds=HIDDEN_SECONDS / worker_module.BEATS_HIDDEN,
            poll_seconds=0,
        )

    with pytest.raises(Killed):
        started().work_once()
    deadline = monotonic() + 60
    while started().work_once() == 0:
        assert monotonic() < deadline
        sleep(0.1)

    (answer,) = step_functions.named("send_task_success")
    assert json.loads(answer["output"])["ports"] == {LINK: OLD}
    assert site.waiting == 0
    assert {ckn: key.cak for ckn, key in bench.router.keys.items() if ckn == NEW} == {NEW: CAK}
    assert sum(NEW in line for line in bench.router.typed) == (3 if "middle" in point else 1)
    assert once.done
