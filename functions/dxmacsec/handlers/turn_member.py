"""The function TurnMember, the only one that takes on members' roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.handlers.coordinator import coordinator_task
from dxmacsec.handlers.document import read
from dxmacsec.organisation import Turn
from dxmacsec.steps.turn_member import turn_member

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event
    from dxmacsec.interfaces import CoordinatorWorld


def _turn(event: Event, world: CoordinatorWorld) -> Turn:
    return turn_member(read(Turn, event), world)


def _about(event: Event) -> dict[str, Any]:
    return {"run": event.get("run"), "member": event.get("member"), "action": event.get("action")}


handler = coordinator_task("turn_member", _turn, of=_about)
