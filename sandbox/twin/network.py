"""The twin's inside: all state, brought to the present lazily, and settled after each change.

call ─▶ advance (due events, one after another, each settled) ─▶ change ─▶ settle
settle: sessions of all ports ─▶ what they read ─▶ traffic of all links ─▶ keys in use
"""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.twin.agenda import Agenda
from sandbox.twin.lives import KeyLives
from sandbox.twin.meter import TrafficMeter
from sandbox.twin.mka import Scene, next_session
from sandbox.twin.naming import managed_name
from sandbox.twin.plant import Holder, Hosted, Lag, Port, ResiliencyGroup
from sandbox.twin.router import Router
from sandbox.twin.traffic import link_traffic, port_traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.twin.clock import Clock
    from sandbox.twin.estate import Location
    from sandbox.twin.keychain import Keychain
    from sandbox.twin.managed import ManagedSecretStore
    from sandbox.twin.pair import Pair
    from sandbox.twin.world import World


class Network:
    """Everything that exists, with one lock and one time line."""

    def __init__(
        self, *, world: World, clock: Clock, secrets: ManagedSecretStore, region: str, account_id: str
    ) -> None:
        """Start empty at the clock's present."""
        self.world = world
        self.clock = clock
        self.secrets = secrets
        self.region = region
        self.account_id = account_id
        self.now: datetime = clock.now()
        self.locations: dict[str, Location] = {}
        self.ports: dict[str, Port] = {}
        self.lags: dict[str, Lag] = {}
        self.hosted: dict[str, Hosted] = {}
        self.resiliency_groups: dict[str, ResiliencyGroup] = {}
        self.lives = KeyLives()
        self.meter = TrafficMeter(self.present)
        self.before_events: list[Callable[[], None]] = []
        self._routers: dict[str, Router] = {}
        self._agenda = Agenda()
        self._lock = threading.RLock()

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Hold the lock at the present; what is changed inside takes effect at the end."""
        with self._lock:
            self._advance()
            try:
                yield
            finally:
                self.settle()

    def present(self) -> datetime:
        """Bring everything to the present and return it."""
        with self.moment():
            return self.now

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Run `action` in `seconds` of the clock, never where they are infinite."""
        if math.isfinite(seconds):
            self.at(self.now + timedelta(seconds=seconds), action)

    def at(self, when: datetime, action: Callable[[], None]) -> None:
        """Run `action` at `when`, at once where that is over."""
        self._agenda.add(max(when, self.now), action)

    def keep_secret(self, pair: Pair, ckn: str, suffix: str = "") -> str:
        """Store a pair in its managed secret and return the ARN. Repeating it changes nothing."""
        name = managed_name(self.world, self.region, ckn) + suffix
        return self.secrets.create(name, ckn, pair.cak.reveal())

    def router(self, link_id: str) -> Router:
        """Return the router at the customer's end of a link, made at its first use."""
        if link_id not in self._routers:
            self._routers[link_id] = Router(link_id, self, self.world.routers.get(link_id))
        return self._routers[link_id]

    def holder(self, resource_id: str) -> Holder | None:
        """Return the port or LAG of that id, deleted ones too, or None."""
        return self.ports.get(resource_id) or self.lags.get(resource_id)

    def members(self, lag_id: str) -> list[Port]:
        """Return the ports in a LAG."""
        return [port for port in self.ports.values() if port.lag_id == lag_id and port.life != "deleted"]

    def ports_of(self, holder: Holder) -> list[Port]:
        """Return the ports over which a link runs."""
        return self.members(holder.id) if isinstance(holder, Lag) else [holder]

    def chain_of(self, port: Port) -> Keychain:
        """Return the chain and mode in force on a port: its LAG's, or its own."""
        return self.lags[port.lag_id].own if port.lag_id else port.own

    def links(self) -> list[Holder]:
        """Return what can hold keys now: capable ports outside a LAG, and capable LAGs."""
        alone = [port for port in self.ports.values() if port.lag_id is None]
        holders: list[Holder] = [*alone, *self.lags.values()]
        return [holder for holder in holders if holder.capable and holder.life != "deleted"]

    def port_ids(self, link_id: str) -> tuple[str, ...]:
        """Return the ids of the ports of a link."""
        holder = self.holder(link_id)
        return tuple(port.id for port in self.ports_of(holder)) if holder else ()

    def carried(self, port_id: str) -> str | None:
        """Return the CKN that a port carries right now, as AWS's chain spells it, or None."""
        port = self.ports[port_id]
        if port.session.pair is None or not port.session.is_up(self.now):
            return None
        key = self.chain_of(port).by_name(port.session.pair.name)
        return key.ckn if key else port.session.pair.ckn

    def targeted(self, port_id: str) -> Pair | None:
        """Return the pair of a port's session, up or coming up, or None."""
        return self.ports[port_id].session.pair

    def bounce(self, port_id: str, seconds: float) -> None:
        """Take a port down for `seconds`; its session starts anew afterwards."""
        port = self.ports[port_id]
        port.down_until = max(port.down_until, self.now + timedelta(seconds=seconds))
        self.look_again(port.down_until)

    def look_again(self, when: datetime) -> None:
        """Settle once more at `when`, because something ends by itself then."""
        if when > self.now:
            self._agenda.add(when, _nothing)

    def settle(self) -> None:
        """Let all that hangs on the present state follow from it. Repeating it changes nothing."""
        for port in self.ports.values():
            self._settle_port(port)
        links = self.links()
        for link in links:
            self._settle_link(link)
        self.meter.stop_others([link.id for link in links], self.now)

    def scene(self, port: Port) -> Scene:
        """Return what a port sees of both ends."""
        chain = self.chain_of(port)
        runs = port.capable and port.is_live(self.now) and chain.mode != "no_encrypt"
        router = self.router(port.lag_id or port.id)
        return Scene(runs, chain.offered(), chain.movable(self.world), router.offers(port.id))

    def _advance(self) -> None:
        for prepare in self.before_events:
            prepare()
        now = self.clock.now()
        while entry := self._agenda.pop_due(now):
            self.now = max(self.now, entry.at)
            entry.action()
            self.settle()
        self.now = max(self.now, now)

    def _settle_port(self, port: Port) -> None:
        session = next_session(port.session, self.scene(port), self.world, self.now)
        if session != port.session:
            port.session = session
            if session.pair is None:
                self.router(port.lag_id or port.id).went_dark(port.id)
            self.look_again(session.ready_at)
            self.look_again(session.silent_until)
        reads_up = session.reads_up(self.now)
        if not port.readings or port.readings[-1][1] != reads_up:
            port.readings.append((self.now, reads_up))
        passes = port_traffic(port, self.chain_of(port), self.world, self.now) != "dropped"
        port.in_bundle = port.is_live(self.now) and (port.in_bundle or passes)

    def _settle_link(self, link: Holder) -> None:
        ports = self.ports_of(link)
        kinds = [
            port_traffic(port, link.own, self.world, self.now)
            for port in ports
            if port.in_bundle or not isinstance(link, Lag)
        ]
        minimum_links = link.minimum_links if isinstance(link, Lag) else 0
        self.meter.record(link.id, link_traffic(kinds, minimum_links), self.now)
        used = {port.session.pair.name for port in ports if port.session.is_up(self.now) and port.session.pair}
        self.lives.carries(link.id, used, self.now)


def _nothing() -> None:
    """Do nothing: the settling after an event is all that is wanted."""
