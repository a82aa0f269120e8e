"""Reading the links through boto3, as anybody with an account could."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cloud.vocabulary import Client
from sandbox.demo.sights import LinkSeen

GROUP_TAG = "dxmacsec:redundancy-group"
ENCRYPTION_UP, ENCRYPTION_DOWN = "Encryption Up", "Encryption Down"


def links_seen(direct_connect: Client) -> tuple[LinkSeen, ...]:
    """Return connections, interconnects, LAGs and hosted connections; members show as their LAG."""
    connections = direct_connect.describe_connections()["connections"]
    interconnects = direct_connect.describe_interconnects()["interconnects"]
    lags = direct_connect.describe_lags()["lags"]
    alone = [each for each in connections if "vlan" not in each and "lagId" not in each]
    hosted = [each for each in connections if "vlan" in each]
    return (
        *(_port(each, "connection") for each in alone if each["macSecCapable"]),
        *(_lag(each) for each in lags),
        *(_port(each, "interconnect") for each in interconnects),
        *(_port(each, "hosted") for each in hosted),
        *(_port(each, "connection") for each in alone if not each["macSecCapable"]),
    )


def _port(shape: dict[str, Any], kind: str) -> LinkSeen:
    prefix = "interconnect" if kind == "interconnect" else "connection"
    return LinkSeen(
        id=shape[f"{prefix}Id"],
        name=shape[f"{prefix}Name"],
        kind=kind,
        bandwidth=shape["bandwidth"],
        mode=shape.get("encryptionMode", "no_encrypt"),
        encryption=shape.get("portEncryptionStatus", ENCRYPTION_DOWN),
        capable=shape["macSecCapable"],
        ckns=_ckns(shape),
        ports=(shape[f"{prefix}Id"],),
        group=_group(shape),
    )


def _lag(shape: dict[str, Any]) -> LinkSeen:
    """Return a LAG, which has no encryption status of its own: it is up only if every member is."""
    members = shape["connections"]
    return LinkSeen(
        id=shape["lagId"],
        name=shape["lagName"],
        kind="lag",
        bandwidth=f"{len(members)} × {shape['connectionsBandwidth']}",  # noqa: RUF001 - the sign that people write
        mode=shape["encryptionMode"],
        encryption=_together(member["portEncryptionStatus"] for member in members),
        capable=shape["macSecCapable"],
        ckns=_ckns(shape),
        ports=tuple(member["connectionId"] for member in members),
        group=_group(shape),
    )


def _together(statuses: Iterable[str]) -> str:
    seen = set(statuses)
    return ENCRYPTION_UP if seen == {ENCRYPTION_UP} else ENCRYPTION_DOWN


def _ckns(shape: dict[str, Any]) -> tuple[str, ...]:
    return tuple(key["ckn"] for key in shape.get("macSecKeys", []) if key["state"] == "associated")


def _group(shape: dict[str, Any]) -> str | None:
    return next((tag["value"] for tag in shape.get("tags", []) if tag["key"] == GROUP_TAG), None)
