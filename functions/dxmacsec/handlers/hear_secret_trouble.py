"""The function HearSecretTrouble, the target of CloudTrail's events of Secrets Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.handlers.run import task
from dxmacsec.steps.hear_secret_trouble import hear_secret_trouble

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event


def _event_id(event: Event) -> dict[str, Any]:
    return {"event": event.get("id")}


handler = task("hear_secret_trouble", hear_secret_trouble, of=_event_id)
