"""The function NoteHealth, which EventBridge calls with an AWS Health event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.handlers.run import task
from dxmacsec.steps.note_health import note_health

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event


def _about(event: Event) -> dict[str, Any]:
    return {"event": str(event.get("id", ""))[:64]}


handler = task("note_health", note_health, of=_about)
