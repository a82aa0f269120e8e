"""The operations of Direct Connect that the twin answers, by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.twin.operations import connections, hosted, interconnects, lags, locations, macsec, resiliency, tags

if TYPE_CHECKING:
    from sandbox.twin.stage import Stage

Operation = Callable[["Stage", Mapping[str, Any]], dict[str, Any]]

OPERATIONS: dict[str, Operation] = {
    "AllocateConnectionOnInterconnect": hosted.allocate_connection_on_interconnect,
    "AllocateHostedConnection": hosted.allocate_hosted_connection,
    "AssociateConnectionWithLag": lags.associate_connection_with_lag,
    "AssociateConnectionsToResiliencyGroup": resiliency.associate_connections_to_resiliency_group,
    "AssociateHostedConnection": hosted.associate_hosted_connection,
    "AssociateMacSecKey": macsec.associate_mac_sec_key,
    "ConfirmConnection": hosted.confirm_connection,
    "CreateConnection": connections.create_connection,
    "CreateInterconnect": interconnects.create_interconnect,
    "CreateLag": lags.create_lag,
    "CreateResiliencyGroup": resiliency.create_resiliency_group,
    "DeleteConnection": connections.delete_connection,
    "DeleteInterconnect": interconnects.delete_interconnect,
    "DeleteLag": lags.delete_lag,
    "DescribeConnections": connections.describe_connections,
    "DescribeConnectionsOnInterconnect": hosted.describe_connections_on_interconnect,
    "DescribeHostedConnections": hosted.describe_hosted_connections,
    "DescribeInterconnects": interconnects.describe_interconnects,
    "DescribeLags": lags.describe_lags,
    "DescribeLocations": locations.describe_locations,
    "DescribeTags": tags.describe_tags,
    "DisassociateConnectionFromLag": lags.disassociate_connection_from_lag,
    "DisassociateConnectionsFromResiliencyGroup": resiliency.disassociate_connections_from_resiliency_group,
    "DisassociateMacSecKey": macsec.disassociate_mac_sec_key,
    "ListResiliencyGroupAssociations": resiliency.list_resiliency_group_associations,
    "ListResiliencyGroups": resiliency.list_resiliency_groups,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "UpdateConnection": connections.update_connection,
    "UpdateLag": lags.update_lag,
}
