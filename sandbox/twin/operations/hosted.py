"""Calls on hosted connections: a partner allocates, the customer confirms; they never hold keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.twin import shapes
from sandbox.twin.faults import client_error
from sandbox.twin.operations import tags
from sandbox.twin.operations.paging import page
from sandbox.twin.plant import Hosted
from sandbox.twin.stage import Stage, required

if TYPE_CHECKING:
    from collections.abc import Mapping

_LAST_VLAN = 4094
_BANDWIDTHS = (
    *("50Mbps", "100Mbps", "200Mbps", "300Mbps", "400Mbps", "500Mbps"),
    *("1Gbps", "2Gbps", "5Gbps", "10Gbps", "25Gbps"),
)


def allocate_hosted_connection(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Allocate a hosted connection on an interconnect, a connection or a LAG; it is `ordering`.

    Raises:
        TwinError: the host is nobody's, or the VLAN is taken or none.
    """
    return _allocate(stage, parameters, required(parameters, "connectionId"))


def allocate_connection_on_interconnect(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Allocate a hosted connection on an interconnect, by the older of the two calls.

    Raises:
        TwinError: the interconnect is nobody's, or the VLAN is taken or none.
    """
    port = stage.port(required(parameters, "interconnectId"), "interconnect")
    return _allocate(stage, parameters, port.id)


def describe_hosted_connections(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the hosted connections on an interconnect, a connection or a LAG.

    Raises:
        TwinError: the host is nobody's, or the page is none.
    """
    host = stage.holder(required(parameters, "connectionId"))
    shape = partial(shapes.hosted_connection, stage)
    return page("connections", _on(stage, host.id), parameters, shape)


def describe_connections_on_interconnect(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the hosted connections on an interconnect, by the older of the two calls.

    Raises:
        TwinError: the interconnect is nobody's.
    """
    port = stage.port(required(parameters, "interconnectId"), "interconnect")
    return {"connections": [shapes.hosted_connection(stage, each) for each in _on(stage, port.id)]}


def associate_hosted_connection(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Move a hosted connection to another host. Repeating it changes nothing.

    Raises:
        TwinError: an id is nobody's, or the VLAN is taken there.
    """
    hosted = stage.hosted(required(parameters, "connectionId"))
    parent = stage.holder(required(parameters, "parentConnectionId"))
    _check_vlan(stage, parent.id, hosted.vlan, hosted)
    hosted.on = parent.id
    return shapes.hosted_connection(stage, hosted)


def confirm_connection(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Accept a hosted connection that is `ordering`. Repeating it changes nothing.

    Raises:
        TwinError: it is nobody's.
    """
    hosted = stage.hosted(required(parameters, "connectionId"))
    if hosted.life == "ordering":
        hosted.life = "pending"
        stage.provision(hosted)
    return {"connectionState": hosted.life}


def _allocate(stage: Stage, parameters: Mapping[str, Any], host_id: str) -> dict[str, Any]:
    host = stage.holder(host_id)
    vlan, bandwidth = required(parameters, "vlan"), required(parameters, "bandwidth")
    _check_vlan(stage, host.id, vlan)
    if bandwidth not in _BANDWIDTHS:
        message = f"bandwidth must be one of {', '.join(_BANDWIDTHS)}"
        raise client_error(message)
    hosted = Hosted(
        id=stage.new_id("dxcon"),
        name=required(parameters, "connectionName"),
        on=host.id,
        vlan=vlan,
        bandwidth=bandwidth,
        owner_account=required(parameters, "ownerAccount"),
        tags=tags.given(parameters.get("tags")),
    )
    stage.net.hosted[hosted.id] = hosted
    return shapes.hosted_connection(stage, hosted)


def _on(stage: Stage, host_id: str) -> list[Hosted]:
    return [each for each in stage.net.hosted.values() if each.on == host_id and each.life != "deleted"]


def _check_vlan(stage: Stage, host_id: str, vlan: int, moving: Hosted | None = None) -> None:
    if not 1 <= vlan <= _LAST_VLAN:
        message = f"vlan must be between 1 and {_LAST_VLAN}"
        raise client_error(message)
    if any(each.vlan == vlan and each is not moving for each in _on(stage, host_id)):
        message = f"The VLAN {vlan} is already in use on {host_id}"
        raise client_error(message)
