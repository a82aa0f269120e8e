"""Small estates: one link, as it is found."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.twin import Estate, HostedPlan, LagPlan, PortPlan
from sandbox.twin.estates import LOCATIONS

LINK = "dxcon-fg5678gh"
PARTNER = "dxcon-fh2j4k6m"
LAG = "dxlag-fgt5r4e3"
SPARE = "dxcon-fs8p9a0r"
MEMBERS = ("dxcon-fm1n2p3q", "dxcon-fm4n5p6q")
INTERCONNECT = "dxcon-ffw7x8y9"
HOSTED = "dxcon-fk9l8m7n"
GROUP = {"dxmacsec:redundancy-group": "datacentre-north"}


def a_connection(
    *, keys: int = 1, mode: str = "must_encrypt", macsec: bool = True, tags: Mapping[str, str] | None = None
) -> Estate:
    """Return one 10G connection with keys made by hand."""
    port = PortPlan(LINK, "north-a", "EqDC2", mode=mode, keys=keys, macsec=macsec, tags=tags or {})
    return Estate(LOCATIONS, connections=(port,))


def a_pair_of_connections(*, partner_keys: int = 1, declared: bool = True) -> Estate:
    """Return two connections, of one redundancy group where it is declared."""
    tags = GROUP if declared else {}
    first = PortPlan(LINK, "north-a", "EqDC2", mode="must_encrypt", keys=1, tags=tags)
    other = PortPlan(PARTNER, "north-b", "CSVA1", mode="must_encrypt", keys=partner_keys, tags=tags)
    return Estate(LOCATIONS, connections=(first, other))


def a_lag(*, keys: int = 1, mode: str = "must_encrypt") -> Estate:
    """Return a LAG of two 10G members, and a free 10G port that may join."""
    members = tuple(PortPlan(member, member, "EqDC2") for member in MEMBERS)
    lag = LagPlan(LAG, "backbone", "EqDC2", members, bandwidth="10Gbps", mode=mode, keys=keys)
    return Estate(LOCATIONS, connections=(PortPlan(SPARE, "spare", "EqDC2"),), lags=(lag,))


def an_interconnect(*, keys: int = 1, mode: str = "must_encrypt") -> Estate:
    """Return an interconnect with a hosted connection on it."""
    port = PortPlan(INTERCONNECT, "partner-edge", "EqDC2", mode=mode, keys=keys, partner="Lumen")
    return Estate(
        LOCATIONS, interconnects=(port,), hosted=(HostedPlan(HOSTED, "customer-one", INTERCONNECT, vlan=101),)
    )
