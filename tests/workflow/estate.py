"""The links of the workflow tests: one for each story, each in a redundancy group of its own."""

from __future__ import annotations

from dataclasses import replace

from sandbox.twin import Estate, HostedPlan, LagPlan, PortPlan
from sandbox.twin.estates import LOCATIONS

MEMBER = "dxcon-member01"
HOSTED = "dxcon-hosted01"
NO_MACSEC = "dxcon-branch01"
DARK = "dxcon-nolight1"
UNKNOWN = "dxcon-nobody01"
INTERCONNECT = "dxcon-partner1"
LAG = "dxlag-backbone"


def _port(name: str, *, keys: int = 1, mode: str = "must_encrypt") -> PortPlan:
    return PortPlan(f"dxcon-{name}", name, "EqDC2", mode=mode, keys=keys, tags=_alone(name))


def _alone(name: str) -> dict[str, str]:
    return {"dxmacsec:redundancy-group": name}


def _member(name: str) -> PortPlan:
    return PortPlan(f"dxcon-{name}", name, "EqNY5", bandwidth="100Gbps")


_MUST_ENCRYPT = (
    *("onekey01", "urgent01", "version1", "nowayba1", "dryrun01", "untouch1", "busylin1", "eventin1"),
    *("oldkey01", "fallbac1", "fallbac2", "silent01", "restore1", "restore2", "slowout1", "stopped1"),
    *("stopped2", "stopped3"),
    *("askedby1", "askedby2", "ownkey01"),
)

ESTATE = Estate(
    locations=LOCATIONS,
    connections=(
        *(_port(name) for name in _MUST_ENCRYPT),
        _port("three001", keys=3),
        _port("fullnow1", keys=3),
        _port("nokeys01", keys=0, mode="should_encrypt"),
        _port("noencry1", mode="no_encrypt"),
        _port("enforce1", mode="should_encrypt"),
        _port("stopped4", mode="should_encrypt"),
        replace(_port("nolight1"), state="down"),
        PortPlan(NO_MACSEC, "branch", "TIE2A", bandwidth="1Gbps", macsec=False, mode="no_encrypt"),
    ),
    lags=(
        LagPlan(
            LAG,
            "backbone",
            "EqNY5",
            members=(_member("member01"), _member("member02")),
            mode="must_encrypt",
            keys=1,
            tags=_alone("backbone"),
        ),
    ),
    interconnects=(replace(_port("partner1"), partner="Lumen"),),
    hosted=(HostedPlan(HOSTED, "customer", INTERCONNECT, vlan=101),),
)
