"""Calls on dedicated connections: create, describe, update, delete."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.twin import shapes
from sandbox.twin.faults import CONNECTION, client_error, not_found
from sandbox.twin.operations import tags
from sandbox.twin.operations.lags import join
from sandbox.twin.operations.macsec import member_holder
from sandbox.twin.operations.modes import set_mode
from sandbox.twin.operations.paging import page
from sandbox.twin.operations.ports import new_port
from sandbox.twin.plant import Port
from sandbox.twin.stage import Stage, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.twin.plant import Hosted


def create_connection(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Order a dedicated connection; MACsec is asked for now or never.

    Raises:
        TwinError: the location doesn't offer the speed, or MACsec at it, or the LAG can't take it.
    """
    port = new_port(stage, parameters, kind="connection", name=required(parameters, "connectionName"))
    port.tags = tags.given(parameters.get("tags"))
    if parameters.get("lagId"):
        join(stage, port, stage.lag(parameters["lagId"]))
    stage.net.ports[port.id] = port
    stage.provision(port)
    return shapes.connection(stage, port)


def describe_connections(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List connections, members of LAGs and the account's hosted connections too, or one by its id.

    Raises:
        TwinError: nobody has the id, or the page is none.
    """
    wanted = parameters.get("connectionId")
    own = [hosted for hosted in stage.net.hosted.values() if hosted.owner_account == stage.net.account_id]
    ports = [port for port in stage.net.ports.values() if port.kind == "connection"]
    everything: list[Port | Hosted] = [*ports, *own]
    found = [each for each in everything if wanted in (None, "", each.id)]
    if wanted and not found:
        raise not_found(CONNECTION, wanted)
    return page("connections", found, parameters, partial(_shape, stage))


def update_connection(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Rename a connection or set its mode. Repeating it is safe.

    Raises:
        TwinError: nobody has the id, or the mode can't be set there (W3, W4, W31).
    """
    connection_id = required(parameters, "connectionId")
    if connection_id in stage.net.hosted:
        return _rename_hosted(stage, parameters)
    refuses_interconnects = stage.net.world.W31 == "refused"
    port = stage.port(connection_id, "connection" if refuses_interconnects else None)
    if parameters.get("encryptionMode"):
        holder = member_holder(stage, port) if port.lag_id else port
        if holder is not None:
            set_mode(stage, holder, parameters["encryptionMode"])
    port.name = parameters.get("connectionName") or port.name
    return shapes.connection(stage, port)


def delete_connection(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a connection, dedicated or hosted.

    Raises:
        TwinError: nobody has the id, or hosted connections are on it.
    """
    connection_id = required(parameters, "connectionId")
    if connection_id in stage.net.hosted:
        hosted = stage.hosted(connection_id)
        stage.retire(hosted)
        return shapes.hosted_connection(stage, hosted)
    port = stage.port(connection_id, "connection")
    retire_port(stage, port)
    return shapes.connection(stage, port)


def retire_port(stage: Stage, port: Port) -> None:
    """Lead a port out of service, out of its LAG first.

    Raises:
        TwinError: hosted connections are on it.
    """
    if any(hosted.on == port.id and hosted.life != "deleted" for hosted in stage.net.hosted.values()):
        message = f"{port.id} has hosted connections"
        raise client_error(message)
    stage.membership.leave(port)
    stage.keying.strip(port)
    stage.retire(port)


def _rename_hosted(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    hosted = stage.hosted(parameters["connectionId"])
    if parameters.get("encryptionMode"):
        message = f"MACsec is not supported on the hosted connection {hosted.id}"
        raise client_error(message)
    hosted.name = parameters.get("connectionName") or hosted.name
    return shapes.hosted_connection(stage, hosted)


def _shape(stage: Stage, each: Port | Hosted) -> dict[str, Any]:
    if isinstance(each, Port):
        return shapes.connection(stage, each)
    return shapes.hosted_connection(stage, each)
