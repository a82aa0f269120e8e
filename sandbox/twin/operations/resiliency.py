"""Calls on resiliency groups: which connections and LAGs stand in for each other.

How long an association takes is not documented; here it is there at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.twin import shapes
from sandbox.twin.faults import client_error, not_found
from sandbox.twin.operations import tags
from sandbox.twin.operations.paging import page
from sandbox.twin.plant import ResiliencyGroup
from sandbox.twin.stage import Stage, required

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "ResiliencyGroup"


def create_resiliency_group(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Make an empty group. Safe to repeat with the same clientToken."""
    token = parameters.get("clientToken")
    groups = stage.net.resiliency_groups
    made = next((group for group in groups.values() if token and group.token == token), None)
    if made is None:
        made = ResiliencyGroup(
            id=f"dxrg-f{len(groups) + 1:016d}",
            name=required(parameters, "resiliencyGroupName"),
            model=required(parameters, "intendedResiliencyModel"),
            token=token,
            tags=tags.given(parameters.get("tags")),
        )
        groups[made.id] = made
    return {"resiliencyGroup": shapes.resiliency_group(stage, made)}


def list_resiliency_groups(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List all groups, page by page."""
    groups = list(stage.net.resiliency_groups.values())
    return page("items", groups, parameters, lambda group: shapes.listed_resiliency_group(stage, group))


def list_resiliency_group_associations(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List a group's members, page by page.

    Raises:
        TwinError: there is no such group.
    """
    group = _group(stage, parameters)
    return page("items", group.members, parameters, lambda member: shapes.association(stage, group, member))


def associate_connections_to_resiliency_group(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Put connections or LAGs into a group, all or none. Safe to repeat.

    Raises:
        TwinError: there is no such group or member, or a member is in another group.
    """
    group, members = _group(stage, parameters), _members(stage, parameters)
    for other in stage.net.resiliency_groups.values():
        taken = set(other.members).intersection(members)
        if other is not group and taken:
            message = f"{min(taken)} is associated with {other.id}"
            raise client_error(message)
    group.members += [member for member in members if member not in group.members]
    return _answer(stage, group, members, "associated")


def disassociate_connections_from_resiliency_group(stage: Stage, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take connections or LAGs out of a group, all or none. Safe to repeat.

    Raises:
        TwinError: there is no such group or member.
    """
    group, members = _group(stage, parameters), _members(stage, parameters)
    group.members = [member for member in group.members if member not in members]
    return _answer(stage, group, members, "disassociated")


def _answer(stage: Stage, group: ResiliencyGroup, members: list[str], state: str) -> dict[str, Any]:
    associations = [shapes.association(stage, group, member, state) for member in members]
    return {"resiliencyGroupAssociations": associations}


def _group(stage: Stage, parameters: Mapping[str, Any]) -> ResiliencyGroup:
    group_id = required(parameters, "resiliencyGroupId")
    group = stage.net.resiliency_groups.get(group_id)
    if group is None:
        raise not_found(KIND, group_id)
    return group


def _members(stage: Stage, parameters: Mapping[str, Any]) -> list[str]:
    """Return the ids that a call names, by id or by ARN."""
    named = [str(each).rpartition("/")[2] for each in required(parameters, "connectionIdentifiers")]
    return [stage.holder(each).id for each in named]
