"""The configuration of the devices driver: `[devices.NAME]` and `[ports.CONNECTION]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.credentials import Credential, Source
from agent.devices.settings import DevicePort, DeviceSettings, DevicesSettings
from agent.platforms import PLATFORMS
from agent.platforms.platform import Place

if TYPE_CHECKING:
    from agent.toml_table import Table

FARTHEST_ZONE_MINUTES = 14 * 60

LAST_PORT = 65_535


def devices_settings(driver: Table, root: Table) -> DevicesSettings:
    """Return the settings of the driver; what is wrong is noted in the tables."""
    zones: dict[str, int] = {}
    devices = {}
    for name, table in root.table("devices").tables():
        zones[name] = table.whole("utc_offset_minutes", 0, -FARTHEST_ZONE_MINUTES, FARTHEST_ZONE_MINUTES)
        devices[name] = _device(table)
    ports: dict[str, DevicePort] = {}
    for name, table in root.table("ports").tables():
        device = table.choice("device", tuple(devices))
        place = Place(table.text("interface"), table.text("key_chain"), zones.get(device, 0))
        port = DevicePort(device, place, table.maybe_text("link"))
        for other, known in ports.items():
            if device and known.device and _address(devices[device]) == _address(devices[known.device]):
                _check_apart(table, (name, port), (other, known))
        table.end()
        ports[name] = port
    return DevicesSettings(
        devices,
        ports,
        lead_seconds=driver.number("lead_seconds", 60),
        settle_seconds=driver.number("settle_seconds", 180),
    )


def _address(device: DeviceSettings) -> tuple[str, int]:
    """Return what tells devices apart: one may have been given two names."""
    return device.host.casefold(), device.port


def _check_apart(table: Table, new: tuple[str, DevicePort], old: tuple[str, DevicePort]) -> None:
    """Note what two ports of a device must not share: one interface would prove both, one chain would move both."""
    (name, port), (other, known) = new, old
    if port.place.interface and _bare(port.place.interface) == _bare(known.place.interface):
        table.note("interface", f"{port.place.interface} on {port.device} is that of {other} too")
    if port.place.chain and port.place.chain == known.place.chain and (port.link or name) != (known.link or other):
        table.note(
            "key_chain",
            f"{port.place.chain} on {port.device} is that of {other} too; members of one LAG that share it both name "
            'it: link = "dxlag-…"',
        )


def _bare(interface: str) -> str:
    return "".join(interface.split()).casefold()


def _device(table: Table) -> DeviceSettings:
    password = _credential(table, "password") if table.has("password") else None
    settings = DeviceSettings(
        platform=table.choice("platform", tuple(PLATFORMS)),
        host=table.text("host"),
        username=_username(table),
        password=password,
        key_file=table.maybe_text("key_file"),
        known_hosts=table.maybe_text("known_hosts"),
        port=table.whole("port", 22, 1, LAST_PORT),
        save=table.flag("save", default=True),
    )
    if settings.password is None and settings.key_file is None:
        table.note("password", "expected this or key_file")
    table.end()
    return settings


def _username(table: Table) -> str | Credential:
    """Return a user name: it is no secret, so it may be written down."""
    value = table.take("username")
    if isinstance(value, str) and value:
        return value
    return _read(table, "username", value)


def _credential(table: Table, name: str) -> Credential:
    value = table.take(name)
    if isinstance(value, str):
        table.note(name, "expected where it is kept: a table with secret, environment or file; never the password")
        return Credential(Source.FILE, "")
    return _read(table, name, value)


def _read(table: Table, name: str, value: object) -> Credential:
    kinds = [source for source in Source if isinstance(value, dict) and isinstance(value.get(source.value), str)]
    fields = {source.value for source in kinds} | {"field"}
    if not isinstance(value, dict) or len(kinds) != 1 or not value.keys() <= fields:
        table.note(name, "expected a table with one of secret, environment, file (and field, for JSON)")
        return Credential(Source.FILE, "")
    return Credential(kinds[0], value[kinds[0].value], str(value.get("field", "")))
