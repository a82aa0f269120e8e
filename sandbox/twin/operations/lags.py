"""Calls on LAGs: create, describe, update, delete, and membership."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.twin import shapes
from sandbox.twin.faults import LAG, client_error, not_found
from sandbox.twin.keychain import Keychain
from sandbox.twin.operations import tags
from sandbox.twin.operations.modes import set_mode
from sandbox.twin.operations.paging import page
from sandbox.twin.operations.ports import check_offer, new_port
from sandbox.twin.plant import Lag
from sandbox.twin.stage import Stage, required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.twin.plant import Port

_MOST_LAGS = 10
_MOST_MEMBERS = 4
_MOST_FAST_MEMBERS = 2
_FAST = ("100Gbps", "400Gbps")


def create_lag(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Order a LAG with new connections, and the existing one that is named, which counts as one of them.

    Raises:
        TwinError: a limit is met, the location doesn't offer it, or the connection doesn't fit.
    """
    total = required(parameters, "numberOfConnections")
    lag = _new_lag(stage, parameters)
    existing = stage.port(parameters["connectionId"]) if parameters.get("connectionId") else None
    _check_count(lag, total)
    if existing is not None:
        _check_fit(existing, lag)
        _check_may_leave(stage, existing)
    members = _new_members(stage, parameters, lag, total - (existing is not None))
    stage.net.lags[lag.id] = lag
    for port in [*([existing] if existing else []), *members]:
        stage.membership.join(port, lag)
    return shapes.lag(stage, lag)


def describe_lags(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List LAGs with their members, or one by its id.

    Raises:
        TwinError: nobody has the id, or the page is none.
    """
    wanted = parameters.get("lagId")
    found = [lag for lag in stage.net.lags.values() if wanted in (None, "", lag.id)]
    if wanted and not found:
        raise not_found(LAG, wanted)
    return page("lags", found, parameters, partial(shapes.lag, stage))


def update_lag(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Rename a LAG, set its minimumLinks, or its mode, which reaches each member. Repeating it is safe.

    Raises:
        TwinError: nobody has the id, minimumLinks is above the members, or the mode can't be set (W3).
    """
    lag = stage.lag(required(parameters, "lagId"))
    minimum_links = parameters.get("minimumLinks")
    if minimum_links is not None and not 0 <= minimum_links <= len(stage.net.members(lag.id)):
        message = f"minimumLinks must be between 0 and the number of connections of {lag.id}"
        raise client_error(message)
    if parameters.get("encryptionMode"):
        set_mode(stage, lag, parameters["encryptionMode"])
    lag.minimum_links = lag.minimum_links if minimum_links is None else minimum_links
    lag.name = parameters.get("lagName") or lag.name
    return shapes.lag(stage, lag)


def delete_lag(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a LAG; its connections stand alone again.

    Raises:
        TwinError: nobody has the id, or hosted connections are on it.
    """
    lag = stage.lag(required(parameters, "lagId"))
    if any(hosted.on == lag.id and hosted.life != "deleted" for hosted in stage.net.hosted.values()):
        message = f"{lag.id} has hosted connections"
        raise client_error(message)
    for port in stage.net.members(lag.id):
        stage.membership.leave(port)
    stage.keying.strip(lag)
    stage.retire(lag)
    return shapes.lag(stage, lag)


def associate_connection_with_lag(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Put a connection into a LAG: its own keys go, it is interrupted, then the LAG's keys are in force.

    Repeating it changes nothing.

    Raises:
        TwinError: an id is nobody's, the connection doesn't fit, or a limit is met.
    """
    port = stage.port(required(parameters, "connectionId"))
    lag = stage.lag(required(parameters, "lagId"))
    if port.lag_id != lag.id:
        _check_may_leave(stage, port)
        join(stage, port, lag)
    return shapes.connection(stage, port)


def disassociate_connection_from_lag(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take a connection out of a LAG; it is interrupted, and its keys are as W20 has it.

    Raises:
        TwinError: it isn't in that LAG, or fewer than minimumLinks would stay.
    """
    port = stage.port(required(parameters, "connectionId"))
    lag = stage.lag(required(parameters, "lagId"))
    if port.lag_id != lag.id:
        message = f"Connection {port.id} is not associated with LAG {lag.id}"
        raise client_error(message)
    _check_may_leave(stage, port)
    stage.membership.leave(port)
    return shapes.connection(stage, port)


def join(stage: Stage, port: Port, lag: Lag) -> None:
    """Put a port into a LAG that can take it.

    Raises:
        TwinError: it doesn't fit, or the LAG is full.
    """
    _check_fit(port, lag)
    _check_count(lag, len(stage.net.members(lag.id)) + 1)
    stage.membership.join(port, lag)


def _new_lag(stage: Stage, parameters: Mapping[str, Any]) -> Lag:
    location, bandwidth = required(parameters, "location"), required(parameters, "connectionsBandwidth")
    capable = bool(parameters.get("requestMACSec"))
    check_offer(stage, location, bandwidth, macsec=capable)
    if sum(lag.life != "deleted" for lag in stage.net.lags.values()) >= _MOST_LAGS:
        message = f"The maximum number of LAGs ({_MOST_LAGS}) has been reached"
        raise client_error(message)
    return Lag(
        id=stage.new_id("dxlag"),
        name=required(parameters, "lagName"),
        location=location,
        bandwidth=bandwidth,
        capable=capable,
        provider=parameters.get("providerName") or "",
        own=Keychain("should_encrypt" if capable else "no_encrypt"),
        tags=tags.given(parameters.get("tags")),
    )


def _new_members(stage: Stage, parameters: Mapping[str, Any], lag: Lag, count: int) -> list[Port]:
    wish = {**parameters, "bandwidth": lag.bandwidth}
    members = []
    for number in range(count):
        port = new_port(stage, wish, kind="connection", name=f"{lag.name}-{number + 1}")
        port.tags = tags.given(parameters.get("childConnectionTags"))
        stage.net.ports[port.id] = port
        stage.provision(port)
        members.append(port)
    return members


def _check_fit(port: Port, lag: Lag) -> None:
    if port.capable != lag.capable:
        message = f"Connection {port.id} and lag should be requested MacSec at the same time"
        raise client_error(message)
    if (port.location, port.bandwidth) != (lag.location, lag.bandwidth):
        message = f"Connection {port.id} must have the location and bandwidth of {lag.id}"
        raise client_error(message)


def _check_count(lag: Lag, members: int) -> None:
    most = _MOST_FAST_MEMBERS if lag.bandwidth in _FAST else _MOST_MEMBERS
    if not 0 <= members <= most:
        message = f"A LAG of {lag.bandwidth} has at most {most} connections"
        raise client_error(message)


def _check_may_leave(stage: Stage, port: Port) -> None:
    if port.lag_id is None:
        return
    lag = stage.lag(port.lag_id)
    if len(stage.net.members(lag.id)) - 1 < lag.minimum_links:
        message = f"{lag.id} would have fewer than its {lag.minimum_links} minimumLinks"
        raise client_error(message)
