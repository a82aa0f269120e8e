"""An estate: the frozen description of locations, connections, LAGs, interconnects at the start."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = ("no_encrypt", "should_encrypt", "must_encrypt")
STATES = ("requested", "pending", "available", "down")
MACSEC_BANDWIDTHS = ("10Gbps", "100Gbps", "400Gbps")
PORT_BANDWIDTHS = ("1Gbps", *MACSEC_BANDWIDTHS)
KEYS_A_CHAIN = 3


@dataclass(frozen=True)
class Location:
    """A place with Direct Connect devices, and at which speeds they speak MACsec (section 2)."""

    code: str
    name: str
    port_speeds: tuple[str, ...] = PORT_BANDWIDTHS
    macsec_port_speeds: tuple[str, ...] = MACSEC_BANDWIDTHS
    providers: tuple[str, ...] = ()


@dataclass(frozen=True)
class PortPlan:
    """A physical port: a dedicated connection, a member of a LAG, or an interconnect.

    `keys` is the number of pairs made by hand, known to both ends; `key_age_days` says how long ago.
    """

    id: str
    name: str
    location: str
    bandwidth: str = "10Gbps"
    macsec: bool = True
    mode: str = "should_encrypt"
    state: str = "available"
    keys: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
    partner: str = ""
    key_age_days: float = 0


@dataclass(frozen=True)
class LagPlan:
    """A LAG with its members; keys and mode are the LAG's (section 2)."""

    id: str
    name: str
    location: str
    members: tuple[PortPlan, ...]
    bandwidth: str = "100Gbps"
    macsec: bool = True
    mode: str = "should_encrypt"
    keys: int = 0
    minimum_links: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
    key_age_days: float = 0


@dataclass(frozen=True)
class HostedPlan:
    """A hosted connection on an interconnect, a connection or a LAG; it holds no keys."""

    id: str
    name: str
    on: str
    vlan: int
    bandwidth: str = "500Mbps"
    state: str = "available"
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Estate:
    """Everything that exists when the twin starts."""

    locations: tuple[Location, ...]
    connections: tuple[PortPlan, ...] = ()
    lags: tuple[LagPlan, ...] = ()
    interconnects: tuple[PortPlan, ...] = ()
    hosted: tuple[HostedPlan, ...] = ()


def with_old_keys(estate: Estate, *, days: float) -> Estate:
    """Return the same estate, with keys that were made so many days ago."""
    return replace(
        estate,
        connections=tuple(replace(plan, key_age_days=days) for plan in estate.connections),
        lags=tuple(replace(plan, key_age_days=days) for plan in estate.lags),
        interconnects=tuple(replace(plan, key_age_days=days) for plan in estate.interconnects),
    )
