"""The estates that come with the twin."""

from __future__ import annotations

from sandbox.twin.estate import Estate, HostedPlan, LagPlan, Location, PortPlan, with_old_keys

LOCATIONS = (
    Location("EqDC2", "Equinix DC2/DC11, Ashburn, VA", providers=("Equinix", "Lumen")),
    Location("CSVA1", "CoreSite VA1, Reston, VA", providers=("CoreSite", "Zayo")),
    Location("EqNY5", "Equinix NY5, Secaucus, NJ", macsec_port_speeds=("100Gbps", "400Gbps")),
    Location("TIE2A", "TierPoint TX1, Dallas, TX", port_speeds=("1Gbps", "10Gbps"), macsec_port_speeds=()),
)

_GROUP = "dxmacsec:redundancy-group"
_PAIR = {_GROUP: "datacentre-north"}

_LINKS = Estate(
    locations=LOCATIONS,
    connections=(
        PortPlan("dxcon-fg5678gh", "north-a", "EqDC2", mode="must_encrypt", keys=1, tags=_PAIR),
        PortPlan("dxcon-fh2j4k6m", "north-b", "CSVA1", mode="should_encrypt", keys=1, tags=_PAIR),
        PortPlan("dxcon-fp1g2h3j", "branch", "TIE2A", bandwidth="1Gbps", macsec=False, mode="no_encrypt"),
    ),
    lags=(
        LagPlan(
            "dxlag-fgt5r4e3",
            "backbone",
            "EqNY5",
            members=(
                PortPlan("dxcon-fm1n2p3q", "backbone-1", "EqNY5", bandwidth="100Gbps"),
                PortPlan("dxcon-fm4n5p6q", "backbone-2", "EqNY5", bandwidth="100Gbps"),
            ),
            mode="must_encrypt",
            keys=1,
            tags={_GROUP: "backbone"},
        ),
    ),
    interconnects=(
        PortPlan(
            "dxcon-ffw7x8y9",
            "partner-edge",
            "EqDC2",
            mode="must_encrypt",
            keys=1,
            partner="Lumen",
            tags={_GROUP: "partner-edge"},
        ),
    ),
    hosted=(HostedPlan("dxcon-fk9l8m7n", "customer-one", "dxcon-ffw7x8y9", vlan=101),),
)
"""A redundant pair of 10G connections, a LAG of two 100G ports, an interconnect with a hosted connection
on it, and a 1G connection without MACsec; one link that is capable is not yet enforced."""

DEFAULT_ESTATE = with_old_keys(_LINKS, days=120)
"""The same links, whose keys are all older than the product lets one get by default."""

DEMO_ESTATE = DEFAULT_ESTATE
