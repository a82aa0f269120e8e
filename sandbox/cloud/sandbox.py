"""The sandbox: an AWS on localhost, in one account or several, with the product deployed in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sandbox.cloud import moto_patches
from sandbox.cloud.account import ACCOUNT_ID, account_of
from sandbox.cloud.accounts import Account, AccountPlan, Ground
from sandbox.cloud.caller import Caller
from sandbox.cloud.clients import Clients
from sandbox.cloud.control import Control
from sandbox.cloud.deploy import synthesise
from sandbox.cloud.failures import guarded
from sandbox.cloud.front import Front
from sandbox.cloud.function import Function, Invocation
from sandbox.cloud.journal import Journal
from sandbox.cloud.moto_patches import Event
from sandbox.cloud.moto_patches.event_sources import waiting
from sandbox.cloud.moto_patches.log_groups import append
from sandbox.cloud.moto_settings import configured, forget_everything, running_executions, stop_executions
from sandbox.cloud.principals import Principals
from sandbox.cloud.product import context
from sandbox.cloud.runtime import Runtime
from sandbox.cloud.server import Server, moto_app
from sandbox.cloud.settling import settle
from sandbox.cloud.vocabulary import Client
from sandbox.cloud.workers import Workers
from sandbox.twin import DEFAULT_ESTATE, Estate, ScaledClock, VirtualClock, World


class Sandbox(Account):
    """An embedded AWS, and its first account; a context manager.

    One at a time in a process, since moto's state is the process's. The control routes show the first account.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        estate: Estate = DEFAULT_ESTATE,
        world: Mapping[str, Any] | None = None,
        context_overrides: Mapping[str, Any] | None = None,
        assembly: Path | None = None,
        clock: ScaledClock | VirtualClock | None = None,
        others: Sequence[AccountPlan] = (),
    ) -> None:
        """Prepare a sandbox on a port (0: any free one).

        Args:
            port: where to listen on localhost.
            estate: which links there are in the first account.
            world: the world's JSON document; what it doesn't name keeps its default.
            context_overrides: CDK context; its `dxmacsec` object lies over the sandbox's own settings.
            assembly: a cloud assembly synthesised before; None synthesises the product.
            clock: the twin's clock; None is real time at the world's scale.
            others: the accounts beside the first one, which gets every stack of the assembly.
        """
        self._world_document = dict(world or {})
        played = World.from_json(self._world_document)
        self._overrides, self._assembly = context(context_overrides or {}), assembly
        self._server = Server(port)
        self._principals, self._workers = Principals(), Workers()
        self._runtime = Runtime(self._server.endpoint, self._principals, append)
        self._mends = moto_patches.Mends()
        ground = Ground(
            endpoint=self._server.endpoint,
            clock=clock or ScaledClock(played.clock_scale),
            clients=Clients(self._server.endpoint, self._principals),
            journal=Journal(),
            workers=self._workers,
        )
        super().__init__(AccountPlan(ACCOUNT_ID, estate), played, ground)
        self.accounts: dict[str, Account] = {self.id: self}
        self.accounts |= {plan.id: Account(plan, played, ground) for plan in others}

    def start(self) -> Self:
        """Start everything and deploy the product; whatever fails stops all of it again.

        Raises:
            DeployError: the product could not be deployed.
        """
        try:
            configured()
            forget_everything()
            self._mends = moto_patches.apply(self)
            for account in self.accounts.values():
                account.open()
            control = Control(self.twin, self.clock, self.delivery, self.journal, self._world_document, self.settle)
            front = Front(moto_app(), self.accounts, control, self.journal, self._principals)
            self._server.start(guarded(front))
            with self._synthesised() as assembly:
                for account in self.accounts.values():
                    account.deploy(assembly)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop everything, in the order that leaves nothing behind; repeating it is safe."""
        self._workers.stop()
        stop_executions()
        self._runtime.stop()
        for account in self.accounts.values():
            account.delivery.stop()
        # An end of an execution is an event, too, and may have started another one meanwhile.
        stop_executions()
        self._server.stop()
        self._mends.undo()

    def client_for(self, service: str, principal: str, account: str) -> Client:
        """Return a boto3 client that calls an account as the principal named."""
        return self._ground.clients.client(service, principal, account)

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

    def _busy(self, *, executions: bool) -> list[str]:
        undelivered = sum(account.delivery.undelivered() for account in self.accounts.values())
        counted = {"events on their way": undelivered, "requests in functions": self._runtime.running()}
        if executions:
            counted["running executions"] = len(running_executions())
        return [f"{count} {what}" for what, count in counted.items() if count] + waiting()

    def publish(self, event: Event) -> None:
        """Put an event on the default bus of its account."""
        self.accounts[event["account"]].delivery.publish(event)

    def secret_deletion(self, arn: str, *, requested: bool) -> None:
        """Note that a secret's deletion was requested, or taken back."""
        self.accounts[account_of(arn)].managed.deletion(arn, requested=requested)

    def assumed(self, access_key_id: str, caller: Caller) -> None:
        """Note who calls with an access key that the STS handed out."""
        self._principals.assumed(access_key_id, caller)

    @contextmanager
    def _synthesised(self) -> Iterator[Path]:
        """Lend the cloud assembly that is deployed."""
        if self._assembly is not None:
            yield self._assembly
            return
        with tempfile.TemporaryDirectory(prefix="dxmacsec-assembly-") as folder:
            yield synthesise(Path(folder), self._overrides)

    def __enter__(self) -> Self:
        """Start on entry."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop on exit."""
        self.stop()
