"""Reading an estate from JSON; whatever is wrong is named with its field and what was expected."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.twin.estate import (
    KEYS_A_CHAIN,
    MACSEC_BANDWIDTHS,
    MODES,
    PORT_BANDWIDTHS,
    STATES,
    Estate,
    HostedPlan,
    LagPlan,
    Location,
    PortPlan,
)
from sandbox.twin.estates import LOCATIONS
from sandbox.twin.reading import Fields, FormError

if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST_KEY_DAYS = 3650

_CONNECTION_ID = re.compile(r"dxcon-[a-z0-9]{8}")
_LAG_ID = re.compile(r"dxlag-[a-z0-9]{8}")


def estate_from_json(data: object) -> Estate:
    """Read an estate from a JSON object.

    A LAG's `connections` are members written out, or ids of connections listed under `connections`.

    Raises:
        FormError: a field is unknown, missing or wrong, or an id is used twice or refers to nothing.
    """
    fields = Fields(data, "estate")
    locations = _locations(fields.items("locations"))
    codes = tuple(each.code for each in locations)
    ports = [_port(each, f"connections[{n}]", codes) for n, each in enumerate(fields.items("connections"))]
    loose = {port.id: port for port in ports}
    lags = [_lag(each, f"lags[{n}]", codes, loose) for n, each in enumerate(fields.items("lags"))]
    taken = {member.id for lag in lags for member in lag.members}
    interconnects = [_port(each, f"interconnects[{n}]", codes) for n, each in enumerate(fields.items("interconnects"))]
    hosted = [_hosted(each, f"hosted[{n}]") for n, each in enumerate(fields.items("hosted"))]
    fields.done()
    connections = tuple(port for port in ports if port.id not in taken)
    estate = Estate(locations, connections, tuple(lags), tuple(interconnects), tuple(hosted))
    _check_ids(estate)
    return estate


def _locations(data: list[Any]) -> tuple[Location, ...]:
    if not data:
        return LOCATIONS
    return tuple(_location(each, f"locations[{n}]") for n, each in enumerate(data))


def _location(data: object, where: str) -> Location:
    fields = Fields(data, where)
    code = fields.text("code")
    location = Location(
        code=code,
        name=fields.text("name", code),
        port_speeds=_speeds(fields, "port_speeds", where, PORT_BANDWIDTHS),
        macsec_port_speeds=_speeds(fields, "macsec_port_speeds", where, MACSEC_BANDWIDTHS),
        providers=tuple(str(each) for each in fields.items("providers")),
    )
    fields.done()
    return location


def _speeds(fields: Fields, name: str, where: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    speeds = tuple(fields.items(name)) if fields.has(name) else allowed
    for speed in speeds:
        if speed not in allowed:
            message = f"{where}.{name}: expected {', '.join(allowed)}, got {speed!r}"
            raise FormError(message)
    if not fields.has(name):
        fields.items(name)
    return speeds


def _port(data: object, where: str, codes: tuple[str, ...], lag: PortPlan | None = None) -> PortPlan:
    fields = Fields(data, where)
    port_id = fields.text("id", pattern=_CONNECTION_ID)
    bandwidth = fields.choice("bandwidth", PORT_BANDWIDTHS, lag.bandwidth if lag else "10Gbps")
    macsec = fields.flag("macsec", default=lag.macsec if lag else bandwidth in MACSEC_BANDWIDTHS)
    port = PortPlan(
        id=port_id,
        name=fields.text("name", port_id),
        location=fields.choice("location", codes, lag.location if lag else codes[0]),
        bandwidth=bandwidth,
        macsec=macsec,
        mode=fields.choice("mode", MODES, "should_encrypt" if macsec else "no_encrypt"),
        state=fields.choice("state", STATES, "available"),
        keys=fields.whole("keys", 0, KEYS_A_CHAIN, 0),
        tags=_tags(fields, where),
        partner=fields.text("partner", ""),
        key_age_days=fields.whole("key_age_days", 0, OLDEST_KEY_DAYS, 0),
    )
    fields.done()
    _check_macsec(port, where)
    return port


def _check_macsec(port: PortPlan, where: str) -> None:
    if port.macsec and port.bandwidth not in MACSEC_BANDWIDTHS:
        message = f"{where}.macsec: expected false at {port.bandwidth}, MACsec needs {MACSEC_BANDWIDTHS}"
        raise FormError(message)
    if port.keys and not port.macsec:
        message = f"{where}.keys: expected 0 on a port without MACsec, got {port.keys}"
        raise FormError(message)


def _lag(data: object, where: str, codes: tuple[str, ...], loose: Mapping[str, PortPlan]) -> LagPlan:
    fields = Fields(data, where)
    lag_id = fields.text("id", pattern=_LAG_ID)
    listed = fields.items("connections")
    first = next((loose[each] for each in listed if isinstance(each, str) and each in loose), None)
    frame = PortPlan(
        id=lag_id,
        name=fields.text("name", lag_id),
        location=fields.choice("location", codes, first.location if first else codes[0]),
        bandwidth=fields.choice("bandwidth", PORT_BANDWIDTHS, first.bandwidth if first else "100Gbps"),
        macsec=fields.flag("macsec", default=True),
        mode=fields.choice("mode", MODES, "should_encrypt"),
        keys=fields.whole("keys", 0, KEYS_A_CHAIN, 0),
        tags=_tags(fields, where),
        key_age_days=fields.whole("key_age_days", 0, OLDEST_KEY_DAYS, 0),
    )
    _check_macsec(frame, where)
    members = tuple(_member(each, f"{where}.connections[{n}]", codes, loose, frame) for n, each in enumerate(listed))
    minimum_links = fields.whole("minimum_links", 0, len(members), 0)
    fields.done()
    return LagPlan(
        frame.id,
        frame.name,
        frame.location,
        members,
        frame.bandwidth,
        frame.macsec,
        frame.mode,
        frame.keys,
        minimum_links,
        frame.tags,
        frame.key_age_days,
    )


def _member(data: object, where: str, codes: tuple[str, ...], loose: Mapping[str, PortPlan], lag: PortPlan) -> PortPlan:
    if isinstance(data, str):
        if data not in loose:
            message = f"{where}: expected the id of a connection listed under connections, got {data!r}"
            raise FormError(message)
        port = loose[data]
    else:
        port = _port(data, where, codes, lag)
    for name in ("location", "bandwidth", "macsec"):
        if getattr(port, name) != getattr(lag, name):
            message = f"{where}.{name}: expected {getattr(lag, name)!r} as its LAG, got {getattr(port, name)!r}"
            raise FormError(message)
    return replace(port, keys=0)


def _hosted(data: object, where: str) -> HostedPlan:
    fields = Fields(data, where)
    hosted_id = fields.text("id", pattern=_CONNECTION_ID)
    hosted = HostedPlan(
        id=hosted_id,
        name=fields.text("name", hosted_id),
        on=fields.text("on"),
        vlan=fields.whole("vlan", 1, 4094),
        bandwidth=fields.text("bandwidth", "500Mbps"),
        state=fields.choice("state", ("ordering", *STATES), "available"),
        tags=_tags(fields, where),
    )
    fields.done()
    return hosted


def _tags(fields: Fields, where: str) -> dict[str, str]:
    tags = fields.mapping("tags")
    for key, value in tags.items():
        if not isinstance(value, str):
            message = f"{where}.tags.{key}: expected a string, got {value!r}"
            raise FormError(message)
    return tags


def _check_ids(estate: Estate) -> None:
    members = [member for lag in estate.lags for member in lag.members]
    ports = [*estate.connections, *estate.interconnects, *members]
    known = [*(port.id for port in ports), *(lag.id for lag in estate.lags)]
    everything = [*known, *(each.id for each in estate.hosted)]
    for resource_id in everything:
        if everything.count(resource_id) > 1:
            message = f"estate: expected each id once, got {resource_id!r} twice"
            raise FormError(message)
    for n, hosted in enumerate(estate.hosted):
        if hosted.on not in known:
            message = f"hosted[{n}].on: expected the id of an interconnect, connection or LAG, got {hosted.on!r}"
            raise FormError(message)
