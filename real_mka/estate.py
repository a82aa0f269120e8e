"""The links of the scenario: one that is rotated again and again, one whose router gets a wrong CAK."""

from __future__ import annotations

from sandbox.twin import Estate, PortPlan
from sandbox.twin.estates import LOCATIONS

ROTATED = "dxcon-realmka1"
MISLED = "dxcon-realmka2"
ROTATIONS = 5
VLAN = 101
"""The virtual interface on both links; the controls go without."""

SETTINGS = {"dxmacsec": {"router_mode": "agent", "bake_minutes": 0.02}}
"""The sandbox's settings, with less to wait for: the virtual machine's time is short."""


def _port(link: str, name: str) -> PortPlan:
    return PortPlan(link, name, "EqDC2", mode="must_encrypt", keys=1, tags={"dxmacsec:redundancy-group": name})


ESTATE = Estate(locations=LOCATIONS, connections=(_port(ROTATED, "rotated"), _port(MISLED, "misled")))
