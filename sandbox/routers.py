"""The customers' ends: the product's own agent, with a driver that turns the twin's routers."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agent.driver import RouterDriverError
from agent.worker import Clients, Worker

if TYPE_CHECKING:
    from agent.driver import PortCkns
    from agent.task import RouterTask
    from dxmacsec.model import KeyPair
    from sandbox.cloud import Account
    from sandbox.twin import DirectConnectTwin, Router

AGENTS = 8
"""Agents that poll the queue side by side: a router that answers late must not keep the others waiting."""

HEARTBEAT_SECONDS = 1.0
POLL_SECONDS = 1


class TwinDriver:
    """Drives the routers of the twin, with the troubles that their behaviour asks for."""

    def __init__(self, twin: DirectConnectTwin, stopping: threading.Event) -> None:
        """Drive the routers of `twin` until the sandbox stops."""
        self._twin = twin
        self._stopping = stopping

    def install(self, task: RouterTask, pair: KeyPair) -> PortCkns:
        """Add the pair to the router; a repeat changes nothing."""
        router = self._reached(task)
        router.install(pair.ckn, pair.cak.reveal())
        return router.in_use()

    def prove(self, task: RouterTask) -> PortCkns:
        """Prefer the new key and read what is in use once the session has moved."""
        router = self._reached(task)
        if task.ckn is None or task.ckn.lower() not in {ckn.lower() for ckn in router.keys()}:  # noqa: SIM118 - a method of the router, not a mapping
            message = f"the router of {task.link} holds no key {task.ckn}"
            raise RouterDriverError(message)
        router.prefer(task.ckn)
        self._until_moved(router, task)
        return self._said(router, router.in_use())

    def confirm(self, task: RouterTask) -> PortCkns:
        """Read what is in use."""
        router = self._reached(task)
        return self._said(router, router.in_use())

    def remove(self, task: RouterTask) -> PortCkns:
        """Take the old keys off; a repeat changes nothing."""
        router = self._reached(task)
        for ckn in task.old_ckns:
            router.remove(ckn)
        return router.in_use()

    def _reached(self, task: RouterTask) -> Router:
        """Return the router of the task's link, after the trouble that its behaviour asks for."""
        router = self._twin.router(task.link)
        behaviour = router.behaviour
        if behaviour.answers == "never":
            self._stopping.wait(max(0.0, (task.deadline - datetime.now(UTC)).total_seconds()))
        if behaviour.answers == "late":
            self._stopping.wait(behaviour.late_seconds)
        if behaviour.answers in ("failure", "never"):
            message = f"the router of {task.link} can't be reached"
            raise RouterDriverError(message)
        return router

    def _until_moved(self, router: Router, task: RouterTask) -> None:
        """Give MKA the time that a session takes to come up under another key: two life times of 6 s."""
        for _ in range(120):
            if all(used and task.ckn and used.lower() == task.ckn.lower() for used in router.in_use().values()):
                return
            if self._stopping.wait(0.1):
                return

    @staticmethod
    def _said(router: Router, in_use: dict[str, str | None]) -> PortCkns:
        """Return what the router says: the truth, unless its behaviour has it err."""
        if router.behaviour.answers == "wrong-ckn":
            return {port: used and used[::-1] for port, used in in_use.items()}
        if router.behaviour.answers == "some-ports":
            return dict(list(in_use.items())[1:])
        return in_use


def answering(account: Account) -> None:
    """Let an account's routers answer router tasks, until the sandbox stops."""
    clients = Clients(
        sqs=account.client("sqs", "router-agent"),
        step_functions=account.client("stepfunctions", "router-agent"),
        secrets_manager=account.client("secretsmanager", "router-agent"),
    )

    def work(stopping: threading.Event) -> None:
        Worker(
            clients=clients,
            driver=TwinDriver(account.twin, stopping),
            queue_url=account.outputs["RouterTasksUrl"],
            name="sandbox",
            heartbeat_seconds=HEARTBEAT_SECONDS,
            poll_seconds=POLL_SECONDS,
            retry_seconds=0.5,
        ).run(stopping)

    for _ in range(AGENTS):
        account.add_worker(work)
