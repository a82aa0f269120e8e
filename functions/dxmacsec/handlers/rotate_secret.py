"""The function RotateSecret, which Secrets Manager calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.handlers.run import task
from dxmacsec.steps.rotate_secret import rotate_secret

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event


def _asked(event: Event) -> dict[str, Any]:
    return {"asked": event.get("Step"), "secret": event.get("SecretId"), "rotation": event.get("ClientRequestToken")}


handler = task("rotate_secret", rotate_secret, of=_asked)
