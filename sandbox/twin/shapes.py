"""The answers: connections, LAGs, interconnects and keys in the shapes of Direct Connect's API model."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.twin.status import lag_state, port_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.twin.estate import Location
    from sandbox.twin.keychain import AwsKey, Keychain
    from sandbox.twin.plant import Hosted, Lag, Port, ResiliencyGroup
    from sandbox.twin.stage import Stage
    from sandbox.twin.world import World

_UNKNOWN_EVERY = 5
"""In the world in which encryptionMode reads `unknown` at times (W11), every fifth reading does."""


def connection(stage: Stage, port: Port) -> dict[str, Any]:
    """Return the Connection of a port."""
    answer = {
        "ownerAccount": stage.net.account_id,
        "connectionId": port.id,
        "connectionName": port.name,
        "connectionState": port_state(stage.net, port),
        **_place(stage, port),
        **_port_macsec(stage, port),
    }
    return answer | ({"lagId": port.lag_id} if port.lag_id else {})


def interconnect(stage: Stage, port: Port) -> dict[str, Any]:
    """Return the Interconnect of a port."""
    answer = {
        "interconnectId": port.id,
        "interconnectName": port.name,
        "interconnectState": port_state(stage.net, port),
        **_place(stage, port),
        **_port_macsec(stage, port),
    }
    return answer | ({"lagId": port.lag_id} if port.lag_id else {})


def lag(stage: Stage, each: Lag) -> dict[str, Any]:
    """Return a Lag with its members. It has no portEncryptionStatus: that is read per member."""
    members = stage.net.members(each.id)
    return {
        "connectionsBandwidth": each.bandwidth,
        "numberOfConnections": len(members),
        "lagId": each.id,
        "ownerAccount": stage.net.account_id,
        "lagName": each.name,
        "lagState": lag_state(stage.net, each),
        "location": each.location,
        "region": stage.net.region,
        "minimumLinks": each.minimum_links,
        **_device(each.location),
        "connections": [connection(stage, port) for port in members],
        "allowsHostedConnections": True,
        "jumboFrameCapable": True,
        "hasLogicalRedundancy": "unknown",
        **tags(each.tags),
        "macSecCapable": each.capable,
        "encryptionMode": _mode(stage, each.id, each.own.mode, capable=each.capable),
        "macSecKeys": mac_sec_keys(stage.net.world, each.own),
    } | ({"providerName": each.provider} if each.provider else {})


def hosted_connection(stage: Stage, hosted: Hosted) -> dict[str, Any]:
    """Return the Connection of a hosted connection; it only tells whether its host speaks MACsec."""
    host = stage.holder(hosted.on)
    answer = {
        "ownerAccount": hosted.owner_account,
        "connectionId": hosted.id,
        "connectionName": hosted.name,
        "connectionState": hosted.life,
        "region": stage.net.region,
        "location": host.location,
        "bandwidth": hosted.bandwidth,
        "vlan": hosted.vlan,
        "partnerName": host.provider or "Partner",
        **_device(host.location),
        "jumboFrameCapable": True,
        "hasLogicalRedundancy": "unknown",
        **tags(hosted.tags),
        "macSecCapable": False,
        "partnerInterconnectMacSecCapable": host.capable,
    }
    return answer | ({"lagId": host.id} if host.id.startswith("dxlag-") else {})


def location(stage: Stage, place: Location) -> dict[str, Any]:
    """Return a Location, with the speeds at which its devices speak MACsec."""
    return {
        "locationCode": place.code,
        "locationName": place.name,
        "region": stage.net.region,
        "availablePortSpeeds": list(place.port_speeds),
        "availableProviders": list(place.providers),
        "availableMacSecPortSpeeds": list(place.macsec_port_speeds),
    }


def mac_sec_keys(world: World, chain: Keychain) -> list[dict[str, Any]]:
    """Return the key chain as Describe lists it, removed keys too where W9 says so."""
    listed = [*chain.keys, *(chain.former if world.W9 == "listed" else ())]
    return [mac_sec_key(world, key) for key in listed]


def mac_sec_key(world: World, key: AwsKey) -> dict[str, Any]:
    """Return one MacSecKey; `startOn` as W14 has it."""
    shown = {"secretARN": key.arn, "ckn": key.ckn, "state": key.state}
    if key.start_on is not None and world.W14 == "set":
        shown["startOn"] = key.start_on.strftime("%Y-%m-%dT%H:%M:%SZ")
    return shown


def resiliency_group(stage: Stage, group: ResiliencyGroup) -> dict[str, Any]:
    """Return a resiliency group with its tags."""
    return {**listed_resiliency_group(stage, group), **tags(group.tags)}


def listed_resiliency_group(stage: Stage, group: ResiliencyGroup) -> dict[str, Any]:
    """Return a resiliency group as a list shows it."""
    return {
        "resiliencyGroupId": group.id,
        "resiliencyGroupArn": f"arn:aws:directconnect::{stage.net.account_id}:dx-resiliency-group/{group.id}",
        "resiliencyGroupName": group.name,
        "resiliencyGroupType": "Managed",
        "ownerAccount": stage.net.account_id,
        "state": "available",
    }


def association(stage: Stage, group: ResiliencyGroup, member: str, state: str = "associated") -> dict[str, Any]:
    """Return a member of a resiliency group."""
    arn = f"arn:aws:directconnect:{stage.net.region}:{stage.net.account_id}:{member.partition('-')[0]}/{member}"
    return {"resiliencyGroupId": group.id, "connectionArn": arn, "state": state}


def tags(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the `tags` member, which has at least one tag or isn't there (the model's minimum is 1)."""
    listed = [{"key": key, "value": value} for key, value in given.items()]
    return {"tags": listed} if listed else {}


def _port_macsec(stage: Stage, port: Port) -> dict[str, Any]:
    chain = stage.net.chain_of(port)
    seen_at = stage.net.now - timedelta(seconds=stage.net.world.status_lag_seconds)
    mirrored = port.lag_id is None or stage.net.world.W21 == "mirror"
    return {
        "macSecCapable": port.capable,
        "portEncryptionStatus": "Encryption Up" if port.reading(seen_at) else "Encryption Down",
        "encryptionMode": _mode(stage, port.id, chain.mode, capable=port.capable),
        "macSecKeys": mac_sec_keys(stage.net.world, chain) if mirrored else [],
    }


def _mode(stage: Stage, resource_id: str, mode: str, *, capable: bool) -> str:
    """Return the mode as it reads: `unknown` was seen in the wild (W11)."""
    if not capable:
        return "unknown" if stage.net.world.W11 == "on-non-macsec-ports" else "no_encrypt"
    if stage.net.world.W11 != "at-times":
        return mode
    stage.reads[resource_id] = stage.reads.get(resource_id, 0) + 1
    return "unknown" if stage.reads[resource_id] % _UNKNOWN_EVERY == 0 else mode


def _place(stage: Stage, port: Port) -> dict[str, Any]:
    return {
        "region": stage.net.region,
        "location": port.location,
        "bandwidth": port.bandwidth,
        **_device(port.location),
        "jumboFrameCapable": True,
        "hasLogicalRedundancy": "unknown",
        **tags(port.tags),
    } | ({"providerName": port.provider} if port.provider else {})


def _device(location_code: str) -> dict[str, str]:
    device = f"{location_code}-1a2b3c4d5e6f"
    return {"awsDevice": device, "awsDeviceV2": device, "awsLogicalDeviceId": device}
