"""Which interface carries which port of Direct Connect, and where its traffic goes; read from a TOML file.

folder = "/run/dxmacsec"

[ports.dxcon-fg5678gh]
interface = "eth1"
address = "169.254.255.2"
peer = "169.254.255.1"
routes = ["169.254.255.1/32"]
vlan = 101
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VLANS = range(1, 4095)
DEFAULT_FOLDER = "/run/dxmacsec"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class LinuxSettingsError(Exception):
    """The settings can't be used; the text names every wrong field."""


@dataclass(frozen=True, slots=True)
class LinuxPort:
    """One port of a link on this machine.

    Attributes:
        port_id: the connection's id at Direct Connect.
        interface: the bare interface on which MKA runs.
        address: our own address, which belongs to no MACsec device (to `lo`, say): it stays while keys change.
        peer: the address at the other end that answers ARP on the MACsec device; the probe asks for it.
        routes: the prefixes that move from one key's device to the next.
        vlan: the VLAN of the virtual interface, inside of what MACsec encrypts; None where there is none.
    """

    port_id: str
    interface: str
    address: str
    peer: str
    routes: tuple[str, ...]
    vlan: int | None = None


@dataclass(frozen=True, slots=True)
class LinuxSettings:
    """Everything that the driver is told.

    Attributes:
        ports: the ports by their id.
        folder: where configurations live, one folder a key; only root may enter.
        secure_seconds: how long *prove* waits for MKA to secure the new key; two MKA life times and a start.
        poll_seconds: how long it waits between two looks.
    """

    ports: Mapping[str, LinuxPort]
    folder: str = DEFAULT_FOLDER
    secure_seconds: float = 20
    poll_seconds: float = 0.5


def settings_from_toml(text: str) -> LinuxSettings:
    """Return the settings that a TOML text holds.

    Raises:
        LinuxSettingsError: no TOML, a field is missing, unknown or of the wrong kind.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"expected TOML: {error}"
        raise LinuxSettingsError(message) from error
    wrong = [f"{name}: unknown field" for name in sorted(document.keys() - {"folder", "ports", "secure_seconds"})]
    folder, seconds = document.get("folder", DEFAULT_FOLDER), document.get("secure_seconds", 20)
    if not isinstance(folder, str) or not folder.startswith("/"):
        wrong.append("folder: expected an absolute path")
    if not isinstance(seconds, int | float) or seconds <= 0:
        wrong.append("secure_seconds: expected a number above 0")
    tables = document.get("ports")
    if not isinstance(tables, dict) or not tables:
        wrong.append("ports: expected a table for each port")
        tables = {}
    ports = {port_id: _port(port_id, table, wrong) for port_id, table in tables.items()}
    if wrong:
        raise LinuxSettingsError("; ".join(wrong))
    return LinuxSettings(ports, folder, float(seconds))


def _port(port_id: str, table: object, wrong: list[str]) -> LinuxPort:
    fields: Mapping[str, Any] = table if isinstance(table, dict) else {}
    where = f"ports.{port_id}"
    if not _NAME.fullmatch(port_id):
        wrong.append(f"{where}: expected letters, digits, dots and dashes")
    wrong += [f"{where}.{name}: unknown field" for name in sorted(fields.keys() - {*_TEXTS, "routes", "vlan"})]
    for name in _TEXTS:
        value = fields.get(name)
        if not isinstance(value, str) or not value or value.startswith("-"):
            wrong.append(f"{where}.{name}: expected text")
    routes = fields.get("routes")
    if not isinstance(routes, list) or not routes or not all(isinstance(route, str) for route in routes):
        wrong.append(f"{where}.routes: expected a list of prefixes")
        routes = []
    vlan = fields.get("vlan")
    if vlan is not None and vlan not in VLANS:
        wrong.append(f"{where}.vlan: expected a number from {VLANS[0]} to {VLANS[-1]}")
    interface, address, peer = (str(fields.get(name)) for name in _TEXTS)
    return LinuxPort(port_id, interface, address, peer, tuple(routes), vlan)


_TEXTS = ("interface", "address", "peer")
