"""The function HearLabel, the target of Secrets Manager's label events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.handlers.run import task
from dxmacsec.steps.hear_label import hear_label

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event


def _event_id(event: Event) -> dict[str, Any]:
    return {"event": event.get("id")}


handler = task("hear_label", hear_label, of=_event_id)
