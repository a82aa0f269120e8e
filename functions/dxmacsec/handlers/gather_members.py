"""The function GatherMembers: a first step that is told the organisation's members, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.handlers.begin import execution_name, execution_of
from dxmacsec.handlers.coordinator import coordinator_task
from dxmacsec.steps.gather_members import gather_members

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event
    from dxmacsec.interfaces import CoordinatorWorld
    from dxmacsec.organisation import Organisation


def _gather(event: Event, world: CoordinatorWorld) -> Organisation:
    return gather_members(event["input"], execution_of(event), event["members"], world)


handler = coordinator_task("gather_members", _gather, of=execution_name)
