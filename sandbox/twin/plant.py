"""The mutable things of the twin: ports, LAGs, hosted connections. They hold state and decide nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.twin.keychain import Keychain
from sandbox.twin.mka import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.twin.keychain import AwsKey

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(eq=False)
class Port:
    """A physical port: a dedicated connection or an interconnect.

    Attributes:
        life: requested, pending, available, deleting or deleted; what Direct Connect shows also depends
            on `up` and on key changes.
        up: whether the line has light.
        down_until: the end of an interruption or a flap.
        in_bundle: whether a LAG sends traffic over it (always true outside a LAG).
        grace_until: until when must_encrypt lets clear text pass (W3, until BGP times out).
        readings: (moment, Encryption Up?) in the order of time, for the lag of W13.
        own: the port's own chain and mode, in force while it is in no LAG.
        before_lag: its own keys from before it joined a LAG (W20).
    """

    id: str
    name: str
    kind: str
    location: str
    bandwidth: str
    capable: bool
    provider: str = ""
    life: str = "available"
    up: bool = True
    down_until: datetime = LONG_AGO
    lag_id: str | None = None
    in_bundle: bool = True
    grace_until: datetime = LONG_AGO
    own: Keychain = field(default_factory=Keychain)
    before_lag: Sequence[AwsKey] = ()
    session: Session = field(default_factory=Session)
    readings: list[tuple[datetime, bool]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    def is_live(self, now: datetime) -> bool:
        """Say whether frames can pass the port at all."""
        return self.life == "available" and self.up and now >= self.down_until

    def reading(self, at: datetime) -> bool:
        """Return what the port said of its encryption at the moment `at`."""
        earlier = [up for moment, up in self.readings if moment <= at]
        return earlier[-1] if earlier else self.readings[0][1] if self.readings else False


@dataclass(eq=False)
class Lag:
    """A LAG: its members share its key chain and its mode."""

    id: str
    name: str
    location: str
    bandwidth: str
    capable: bool
    minimum_links: int = 0
    provider: str = ""
    life: str = "available"
    own: Keychain = field(default_factory=Keychain)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Hosted:
    """A hosted connection on a port or a LAG; it never holds keys."""

    id: str
    name: str
    on: str
    vlan: int
    bandwidth: str
    owner_account: str
    life: str = "ordering"
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class ResiliencyGroup:
    """Connections and LAGs that were declared to stand in for each other; `members` are their ids."""

    id: str
    name: str
    model: str
    token: str | None = None
    members: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


Holder = Port | Lag
"""Whatever can hold keys: a link."""
