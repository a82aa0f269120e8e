"""Ordering a physical port, as connections, interconnects and LAGs do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.twin.faults import client_error
from sandbox.twin.keychain import Keychain
from sandbox.twin.plant import Port
from sandbox.twin.stage import Stage, required

if TYPE_CHECKING:
    from collections.abc import Mapping


def new_port(stage: Stage, parameters: Mapping[str, Any], *, kind: str, name: str) -> Port:
    """Return a port that is `requested`, not yet put on the network.

    Raises:
        TwinError: the location is none, or doesn't offer the speed, or MACsec at it.
    """
    location, bandwidth = required(parameters, "location"), required(parameters, "bandwidth")
    capable = bool(parameters.get("requestMACSec"))
    check_offer(stage, location, bandwidth, macsec=capable)
    return Port(
        id=stage.new_id("dxcon"),
        name=name,
        kind=kind,
        location=location,
        bandwidth=bandwidth,
        capable=capable,
        provider=parameters.get("providerName") or "",
        life="requested",
        own=Keychain("should_encrypt" if capable else "no_encrypt"),
    )


def check_offer(stage: Stage, location: str, bandwidth: str, *, macsec: bool) -> None:
    """Let pass what a location offers (`availablePortSpeeds`, `availableMacSecPortSpeeds`).

    Raises:
        TwinError: it doesn't offer this.
    """
    place = stage.net.locations.get(location)
    if place is None:
        message = f"Could not find Location {location}"
        raise client_error(message)
    if bandwidth not in place.port_speeds:
        message = f"The bandwidth {bandwidth} is not available at {location}"
        raise client_error(message)
    if macsec and bandwidth not in place.macsec_port_speeds:
        message = f"MACsec is not available for {bandwidth} at {location}"
        raise client_error(message)
