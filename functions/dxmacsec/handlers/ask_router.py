"""The function AskRouter, which Step Functions calls with a task token and does not wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.handlers.document import read
from dxmacsec.handlers.run import task
from dxmacsec.model import Rotation, RouterTaskKind
from dxmacsec.steps.ask_router import ask_router

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event
    from dxmacsec.interfaces import World


def _ask(event: Event, world: World) -> None:
    rotation = read(Rotation, event["rotation"])
    ask_router(rotation, RouterTaskKind(event["task"]), event["token"], world)


def _asked(event: Event) -> dict[str, Any]:
    rotation = event["rotation"]
    return {"rotation": rotation.get("id"), "link": rotation.get("link"), "task": event["task"]}


handler = task("ask_router", _ask, of=_asked)
