"""DescribeLocations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.twin import shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.twin.stage import Stage


def describe_locations(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - it takes none
    """List the locations with the port speeds that they offer, plain and with MACsec."""
    return {"locations": [shapes.location(stage, place) for place in stage.net.locations.values()]}
