"""What the kernel knows: the MACsec devices of an interface, over which of them a route goes, who answers there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.driver import RouterDriverError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.linux.settings import LinuxPort
    from agent.linux.shell import Shell

PROBES = 3
PROBE_SECONDS = 3


def carrier_name(port: LinuxPort, device: str) -> str:
    """Return the device that carries a port's traffic: the MACsec device, or the port's VLAN on it."""
    return device if port.vlan is None else f"{device}.{port.vlan}"


@dataclass(frozen=True, slots=True)
class Kernel:
    """The part of the network configuration that moves when a key changes."""

    shell: Shell

    def devices(self, interface: str) -> dict[str, str]:
        """Return the MACsec devices on an interface: secure channel to device name.

        A device that is there, or up, says nothing about its key.

        Raises:
            RouterDriverError: the kernel can't be asked.
        """
        found = self._listed(("-d", "-j", "link", "show", "type", "macsec"))
        return {
            str(device["linkinfo"]["info_data"]["sci"]).lower(): str(device["ifname"])
            for device in found
            if device.get("link") == interface
        }

    def routed(self, port: LinuxPort) -> str | None:
        """Return the device over which all routes of a port go; None where they don't, or not all over one.

        Raises:
            RouterDriverError: the kernel can't be asked.
        """
        over = {
            next((str(route.get("dev")) for route in self._listed(("-j", "route", "show", prefix))), None)
            for prefix in port.routes
        }
        return over.pop() if len(over) == 1 else None

    def prepared(self, port: LinuxPort, device: str) -> bool:
        """Make sure that a MACsec device has the port's VLAN on it, and tell whether that is up.

        It can't be up while the MACsec device is not, which MKA takes down and up again when it has just
        secured it. Repeating it changes nothing.

        Raises:
            RouterDriverError: the kernel makes no VLAN.
        """
        if port.vlan is None:
            return True
        carrier = carrier_name(port, device)
        if self.shell.run(("ip", "link", "show", "dev", carrier)).code != 0:
            tag = ("type", "vlan", "id", str(port.vlan))
            self._done(("link", "add", "link", device, "name", carrier, *tag))
        return self.shell.run(("ip", "link", "set", "dev", carrier, "up")).code == 0

    def route(self, port: LinuxPort, device: str) -> None:
        """Move a port's routes to a device, each in one step of the kernel. Repeating it changes nothing.

        Raises:
            RouterDriverError: the kernel refused.
        """
        for prefix in port.routes:
            self._done(("route", "replace", prefix, "dev", device, "src", port.address))

    def remove_left_over(self, interface: str, channel: int) -> None:
        """Remove the device of a channel whose wpa_supplicant was killed before it could. Repeating it is safe.

        Raises:
            RouterDriverError: the kernel refused.
        """
        for sci, device in self.devices(interface).items():
            if int(sci[-4:], 16) == channel:
                self._done(("link", "delete", "dev", device))

    def answers(self, port: LinuxPort, device: str) -> bool:
        """Tell whether the other end answers over a device: ARP goes through it both ways, whatever the routes."""
        asked = ("arping", "-q", "-f", "-c", str(PROBES), "-w", str(PROBE_SECONDS), "-I", device)
        return self.shell.run((*asked, "-s", port.address, port.peer)).code == 0

    def _listed(self, arguments: Sequence[str]) -> list[dict[str, Any]]:
        found = json.loads(self._done(arguments) or "[]")
        return [each for each in found if each]

    def _done(self, arguments: Sequence[str]) -> str:
        ran = self.shell.run(("ip", *arguments))
        if ran.code != 0:
            message = f"ip {' '.join(arguments)}: {ran.err.strip() or ran.code}"
            raise RouterDriverError(message)
        return ran.out
