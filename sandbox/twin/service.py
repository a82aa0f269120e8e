"""The Direct Connect twin: one object that answers API calls and knows the truth behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.twin.building import build
from sandbox.twin.clock import ScaledClock
from sandbox.twin.faults import TwinError, client_error, server_error, throttled
from sandbox.twin.keying import Keying
from sandbox.twin.managed import InMemoryManagedSecrets
from sandbox.twin.membership import Membership
from sandbox.twin.network import Network
from sandbox.twin.operations import OPERATIONS
from sandbox.twin.plant import Lag
from sandbox.twin.record import CallRecord
from sandbox.twin.stage import Stage
from sandbox.twin.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal

    from sandbox.twin.clock import Clock
    from sandbox.twin.estate import Estate
    from sandbox.twin.lives import KeyLife
    from sandbox.twin.managed import ManagedSecretStore
    from sandbox.twin.meter import TrafficMeter
    from sandbox.twin.plant import Holder
    from sandbox.twin.router import Router

SERVICE_PRINCIPAL = "directconnect.amazonaws.com"


class DirectConnectTwin:
    """A Direct Connect that plays every rule of the domain reference, in the world that it is given.

    It is safe to use from several threads. Nothing happens between calls: each call first brings the
    twin up to the clock's present.
    """

    def __init__(
        self,
        estate: Estate,
        world: World | None = None,
        clock: Clock | None = None,
        managed_secrets: ManagedSecretStore | None = None,
        *,
        region: str = "us-east-1",
        account_id: str = "123456789012",
    ) -> None:
        """Start with `estate`; without a clock in the world's scale of real time."""
        world = world or World()
        self._net = Network(
            world=world,
            clock=clock or ScaledClock(world.clock_scale),
            secrets=managed_secrets or InMemoryManagedSecrets(region, account_id),
            region=region,
            account_id=account_id,
        )
        keying = Keying(self._net, self._downgraded)
        self._stage = Stage(self._net, keying, Membership(self._net, keying))
        self._unheard: list[CallRecord] = []
        self._faults: list[_Fault] = []
        self.on_call: list[Callable[[CallRecord], None]] = []
        build(self._stage, estate)

    @property
    def operations(self) -> frozenset[str]:
        """The names of the operations that it answers."""
        return frozenset(OPERATIONS)

    @property
    def meter(self) -> TrafficMeter:
        """The traffic meter of all links."""
        return self._net.meter

    @property
    def world(self) -> World:
        """The world that it plays."""
        return self._net.world

    def set_world(self, world: World) -> None:
        """Play another world from now on; routers get the behaviours that it names."""
        with self._net.moment():
            self._net.world = world
            for link_id, behaviour in world.routers.items():
                self._net.router(link_id).behaviour = behaviour

    def call(self, operation: str, parameters: Mapping[str, Any], *, principal: str = "someone") -> dict[str, Any]:
        """Answer one API call, parameters and answer as on the wire; observers hear of it afterwards.

        Raises:
            TwinError: Direct Connect would answer with an error; nothing has changed then, except after
                `fail_next(..., after_effect=True)`.
        """
        try:
            with self._net.moment():
                answer = self._answer(operation, parameters, principal)
        finally:
            self._tell()
        return answer

    def fail_next(
        self,
        operation: str,
        kind: Literal["throttled", "server-error"] = "server-error",
        *,
        times: int = 1,
        after_effect: bool = False,
    ) -> None:
        """Let the next `times` calls of `operation` fail, before or after they have had their effect."""
        with self._net.moment():
            self._faults.extend([_Fault(operation, kind, after_effect)] * times)

    def router(self, link_id: str) -> Router:
        """Return the router at the customer's end of a link.

        Raises:
            KeyError: there is no such port or LAG.
        """
        with self._net.moment():
            if self._net.holder(link_id) is None:
                raise KeyError(link_id)
            return self._net.router(link_id)

    def links(self) -> tuple[str, ...]:
        """Return the ids of all that can hold keys: capable ports outside a LAG, and capable LAGs."""
        with self._net.moment():
            return tuple(link.id for link in self._net.links())

    def ports(self, link_id: str) -> tuple[str, ...]:
        """Return the ids of a link's ports: its members, or itself."""
        with self._net.moment():
            return self._net.port_ids(link_id)

    def in_use(self, port_id: str) -> str | None:
        """Return the CKN that a port carries, which no AWS call says (1.2), or None.

        Raises:
            KeyError: there is no such port.
        """
        with self._net.moment():
            return self._net.carried(port_id)

    def key_lives(self, link_id: str) -> list[KeyLife]:
        """Return the lives of all keys that a link ever had, in the order in which they were asked for."""
        with self._net.moment():
            return self._net.lives.of(link_id, self._net.now)

    def drop_port(self, port_id: str) -> None:
        """Take the light off a port. Repeating it changes nothing."""
        with self._net.moment():
            self._net.ports[port_id].up = False

    def raise_port(self, port_id: str) -> None:
        """Give a port its light back. Repeating it changes nothing."""
        with self._net.moment():
            self._net.ports[port_id].up = True

    def flap(self, port_id: str, seconds: float) -> None:
        """Take a port down for `seconds`."""
        with self._net.moment():
            self._net.bounce(port_id, seconds)

    def _answer(self, operation: str, parameters: Mapping[str, Any], principal: str) -> dict[str, Any]:
        try:
            answer = self._perform(operation, parameters)
        except TwinError as error:
            self._note(operation, parameters, None, error, principal)
            raise
        self._note(operation, parameters, answer, None, principal)
        return answer

    def _perform(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if operation not in OPERATIONS:
            message = f"The twin does not play {operation}"
            raise client_error(message)
        fault = next((each for each in self._faults if each.operation == operation), None)
        if fault is not None:
            self._faults.remove(fault)
        if fault is None or fault.after_effect:
            answer = OPERATIONS[operation](self._stage, parameters)
        if fault is not None:
            raise throttled(self.world) if fault.kind == "throttled" else server_error(self.world)
        return answer

    def _downgraded(self, holder: Holder) -> None:
        """Report that AWS itself set should_encrypt, in the world in which that has an event (W23)."""
        if self.world.W23 != "in-clear-event":
            return
        operation, name = ("UpdateLag", "lagId") if isinstance(holder, Lag) else ("UpdateConnection", "connectionId")
        parameters = {name: holder.id, "encryptionMode": "should_encrypt"}
        self._note(operation, parameters, parameters, None, SERVICE_PRINCIPAL)

    def _note(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        answer: dict[str, Any] | None,
        error: TwinError | None,
        principal: str,
    ) -> None:
        self._unheard.append(CallRecord(operation, parameters, answer, error, principal, self._net.now))

    def _tell(self) -> None:
        """Tell observers outside of the lock, so that one of them may wait for another thread's call."""
        with self._net.moment():
            records, self._unheard = self._unheard, []
        for record in records:
            for observer in self.on_call:
                observer(record)


@dataclass(frozen=True)
class _Fault:
    operation: str
    kind: str
    after_effect: bool
