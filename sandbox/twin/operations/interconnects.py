"""Calls on interconnects; they hold keys like connections (section 2)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.twin import shapes
from sandbox.twin.faults import INTERCONNECT, not_found
from sandbox.twin.operations import tags
from sandbox.twin.operations.connections import retire_port
from sandbox.twin.operations.lags import join
from sandbox.twin.operations.paging import page
from sandbox.twin.operations.ports import new_port
from sandbox.twin.stage import Stage, required

if TYPE_CHECKING:
    from collections.abc import Mapping


def create_interconnect(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Order an interconnect; MACsec is asked for now or never.

    Raises:
        TwinError: the location doesn't offer the speed, or MACsec at it, or the LAG can't take it.
    """
    port = new_port(stage, parameters, kind="interconnect", name=required(parameters, "interconnectName"))
    port.tags = tags.given(parameters.get("tags"))
    if parameters.get("lagId"):
        join(stage, port, stage.lag(parameters["lagId"]))
    stage.net.ports[port.id] = port
    stage.provision(port)
    return shapes.interconnect(stage, port)


def describe_interconnects(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List interconnects, or one by its id.

    Raises:
        TwinError: nobody has the id, or the page is none.
    """
    wanted = parameters.get("interconnectId")
    ports = [port for port in stage.net.ports.values() if port.kind == "interconnect"]
    found = [port for port in ports if wanted in (None, "", port.id)]
    if wanted and not found:
        raise not_found(INTERCONNECT, wanted)
    return page("interconnects", found, parameters, partial(shapes.interconnect, stage))


def delete_interconnect(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete an interconnect.

    Raises:
        TwinError: nobody has the id, or hosted connections are on it.
    """
    port = stage.port(required(parameters, "interconnectId"), "interconnect")
    retire_port(stage, port)
    return {"interconnectState": port.life}
