"""Direct Connect's answers, read as links: pure functions from wire shapes to nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.model import Key, Link, LinkKind, Port

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mypy_boto3_directconnect.type_defs import (
        ConnectionTypeDef,
        InterconnectTypeDef,
        LagTypeDef,
        LocationTypeDef,
        MacSecKeyTypeDef,
        TagTypeDef,
    )


def connection_link(wire: ConnectionTypeDef) -> Link:
    """Return a dedicated connection, or a hosted one, which holds no key of its own."""
    connection_id, state = wire["connectionId"], wire.get("connectionState", "unknown")
    encryption, mode = wire.get("portEncryptionStatus"), wire.get("encryptionMode")
    keys = listed_keys(wire.get("macSecKeys", ()))
    return Link(
        id=connection_id,
        kind=LinkKind.HOSTED if is_hosted(wire) else LinkKind.CONNECTION,
        state=state,
        mode=mode,
        macsec_capable=wire.get("macSecCapable", False),
        keys=keys,
        ports=(Port(connection_id, state, encryption, mode, _ckns(keys)),),
        name=wire.get("connectionName", ""),
        location=wire.get("location", ""),
        bandwidth=wire.get("bandwidth", ""),
        lag_id=wire.get("lagId"),
        tags=_tags(wire.get("tags", ())),
    )


def is_hosted(wire: ConnectionTypeDef) -> bool:
    """Tell whether a connection is a slice of somebody's port.

    Only a slice has a VLAN of its own, and only of a slice does AWS say what its host can do.
    """
    return bool(wire.get("vlan")) or bool(wire.get("partnerInterconnectMacSecCapable"))


def interconnect_link(wire: InterconnectTypeDef) -> Link:
    """Return a partner's interconnect: a physical port that holds keys as a connection does."""
    interconnect_id, state = wire["interconnectId"], wire.get("interconnectState", "unknown")
    encryption, mode = wire.get("portEncryptionStatus"), wire.get("encryptionMode")
    keys = listed_keys(wire.get("macSecKeys", ()))
    return Link(
        id=interconnect_id,
        kind=LinkKind.INTERCONNECT,
        state=state,
        mode=mode,
        macsec_capable=wire.get("macSecCapable", False),
        keys=keys,
        ports=(Port(interconnect_id, state, encryption, mode, _ckns(keys)),),
        name=wire.get("interconnectName", ""),
        location=wire.get("location", ""),
        bandwidth=wire.get("bandwidth", ""),
        lag_id=wire.get("lagId"),
        tags=_tags(wire.get("tags", ())),
    )


def lag_link(wire: LagTypeDef, members: Sequence[Link]) -> Link:
    """Return a LAG with the ports of its members: a LAG has no `portEncryptionStatus` of its own."""
    return Link(
        id=wire["lagId"],
        kind=LinkKind.LAG,
        state=wire.get("lagState", "unknown"),
        mode=wire.get("encryptionMode"),
        macsec_capable=wire.get("macSecCapable", False),
        keys=listed_keys(wire.get("macSecKeys", ())),
        ports=tuple(port for member in members for port in member.ports),
        name=wire.get("lagName", ""),
        location=wire.get("location", ""),
        bandwidth=wire.get("connectionsBandwidth", ""),
        tags=_tags(wire.get("tags", ())),
    )


def member_ids(wire: LagTypeDef) -> tuple[str, ...]:
    """Return the ids of a LAG's members; what else it says of them may be stale."""
    return tuple(member["connectionId"] for member in wire.get("connections", ()))


def macsec_speeds(wire: LocationTypeDef) -> frozenset[str]:
    """Return the port speeds at which a location offers MACsec, in the words of a connection's bandwidth.

    A location says `10G` where a connection says `10Gbps`.
    """
    return frozenset(_bandwidth(speed) for speed in wire.get("availableMacSecPortSpeeds", ()))


def _bandwidth(speed: str) -> str:
    return speed if speed.endswith("bps") else f"{speed}bps"


def _ckns(keys: Iterable[Key]) -> tuple[str, ...]:
    return tuple(key.ckn for key in keys if key.held)


def listed_keys(wire: Iterable[MacSecKeyTypeDef]) -> tuple[Key, ...]:
    """Return the keys of a link, or of an answer to a change of them."""
    return tuple(
        Key(key.get("ckn", ""), key.get("secretARN", ""), key.get("state", "unknown"), key.get("startOn"))
        for key in wire
    )


def _tags(wire: Iterable[TagTypeDef]) -> dict[str, str]:
    return {tag["key"]: tag.get("value", "") for tag in wire}
