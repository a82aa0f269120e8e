"""The sandbox: an AWS account on localhost with the product deployed in it."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sandbox.cloud import moto_patches
from sandbox.cloud.clients import Clients
from sandbox.cloud.control import Control
from sandbox.cloud.delivery import Delivery
from sandbox.cloud.deploy import Deployer, synthesise
from sandbox.cloud.failures import guarded
from sandbox.cloud.front import Front
from sandbox.cloud.function import Function, Invocation
from sandbox.cloud.journal import Journal
from sandbox.cloud.managed_secrets import ManagedSecrets
from sandbox.cloud.metrics import Metric, metrics_in
from sandbox.cloud.moto_patches import Event
from sandbox.cloud.moto_patches.event_sources import waiting
from sandbox.cloud.moto_patches.log_groups import append, messages
from sandbox.cloud.moto_settings import configured, forget_everything, running_executions, stop_executions
from sandbox.cloud.principals import PERSON, Principals
from sandbox.cloud.product import context
from sandbox.cloud.runtime import Runtime
from sandbox.cloud.server import Server, moto_app
from sandbox.cloud.settling import settle
from sandbox.cloud.trail import trail
from sandbox.cloud.vocabulary import Client
from sandbox.twin import DEFAULT_ESTATE, DirectConnectTwin, Estate, ScaledClock, VirtualClock, World

_LOG = logging.getLogger(__name__)

Worker = Callable[[threading.Event], None]
"""Runs beside the server until the event is set."""


class Sandbox:
    """An embedded AWS; a context manager. One at a time in a process, since moto's state is the process's."""

    def __init__(
        self,
        port: int = 0,
        *,
        estate: Estate = DEFAULT_ESTATE,
        world: Mapping[str, Any] | None = None,
        context_overrides: Mapping[str, Any] | None = None,
        assembly: Path | None = None,
        clock: ScaledClock | VirtualClock | None = None,
    ) -> None:
        """Prepare a sandbox on a port (0: any free one).

        Args:
            port: where to listen on localhost.
            estate: which links there are.
            world: the world's JSON document; what it doesn't name keeps its default.
            context_overrides: CDK context; its `dxmacsec` object lies over the sandbox's own settings.
            assembly: a cloud assembly synthesised before; None synthesises the product.
            clock: the twin's clock; None is real time at the world's scale.
        """
        self._world_document = dict(world or {})
        played = World.from_json(self._world_document)
        self._overrides, self._assembly = context(context_overrides or {}), assembly
        self._server = Server(port)
        self.endpoint = self._server.endpoint
        self.outputs: dict[str, str] = {}
        self.journal = Journal()
        self.clock = clock or ScaledClock(played.clock_scale)
        self._principals = Principals()
        self._clients = Clients(self.endpoint, self._principals)
        self._managed = ManagedSecrets(self.clock)
        self._runtime = Runtime(self.endpoint, self._principals, append)
        self.delivery = Delivery(self._clients.client)
        self._mends = moto_patches.Mends()
        self._workers: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._estate, self._played = estate, played
        self.twin: DirectConnectTwin

    @property
    def events(self) -> list[Event]:
        """Return every event put on the default bus so far."""
        return self.delivery.events()

    def start(self) -> Self:
        """Start everything and deploy the product; whatever fails stops all of it again.

        Raises:
            DeployError: the product could not be deployed.
        """
        try:
            configured()
            forget_everything()
            self._mends = moto_patches.apply(self)
            self.twin = DirectConnectTwin(self._estate, self._played, clock=self.clock, managed_secrets=self._managed)
            self.twin.on_call.append(trail(self.publish))
            control = Control(self.twin, self.clock, self.delivery, self.journal, self._world_document, self.settle)
            front = Front(moto_app(), self.twin, control, self.journal, self._principals)
            self._server.start(guarded(front))
            self.delivery.start()
            self.outputs = self._deploy()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop everything, in the order that leaves nothing behind; repeating it is safe."""
        self._stopping.set()
        for worker in self._workers:
            worker.join()
        stop_executions()
        self._runtime.stop()
        self.delivery.stop()
        # An end of an execution is an event, too, and may have started another one meanwhile.
        stop_executions()
        self._server.stop()
        self._mends.undo()

    def add_worker(self, worker: Worker) -> None:
        """Run something beside the server, such as the routers, until the sandbox stops."""
        thread = threading.Thread(target=worker, args=(self._stopping,), daemon=True)
        self._workers.append(thread)
        thread.start()

    def client(self, service: str, principal: str = PERSON) -> Client:
        """Return a boto3 client that calls the sandbox, as a person or as the principal named."""
        return self._clients.client(service, principal)

    def invoke(self, function: Function, payload: bytes) -> Invocation:
        """Run a deployed function and wait for its answer."""
        return self._runtime.invoke(function, payload)

    def invoke_later(self, function: Function, payload: bytes) -> None:
        """Run a deployed function beside the caller, who gets no answer."""
        self._runtime.invoke_later(function, payload)

    def settle(self, patience_seconds: float = 60.0, *, executions: bool = False) -> None:
        """Wait until every event is delivered, the queues that feed functions are empty, and no function runs.

        A message that a function failed counts until its visibility timeout brings it back, and it is done or dead.

        Args:
            patience_seconds: how long to wait.
            executions: whether to wait for every running execution of a state machine too.

        Raises:
            RestlessError: something was still to do when the patience was over; the message says what.
        """
        settle(lambda: self._busy(executions=executions), patience_seconds)

    def metrics(self) -> list[Metric]:
        """Return every metric that functions wrote into their logs so far, in the embedded metric format."""
        return metrics_in(messages())

    def _busy(self, *, executions: bool) -> list[str]:
        counted = {"events on their way": self.delivery.undelivered(), "requests in functions": self._runtime.running()}
        if executions:
            counted["running executions"] = len(running_executions())
        return [f"{count} {what}" for what, count in counted.items() if count] + waiting()

    def publish(self, event: Event) -> None:
        """Put an event on the default bus."""
        self.delivery.publish(event)

    def secret_deletion(self, arn: str, *, requested: bool) -> None:
        """Note that a secret's deletion was requested, or taken back."""
        self._managed.deletion(arn, requested=requested)

    def _deploy(self) -> dict[str, str]:
        deployer = Deployer(*(self.client(service, "cdk") for service in ("s3", "ssm", "cloudformation")))
        if self._assembly is not None:
            return deployer.deploy(self._assembly)
        with tempfile.TemporaryDirectory(prefix="dxmacsec-assembly-") as folder:
            return deployer.deploy(synthesise(Path(folder), self._overrides))

    def __enter__(self) -> Self:
        """Start on entry."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop on exit."""
        self.stop()
