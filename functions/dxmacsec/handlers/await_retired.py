"""The function AwaitRetired."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.await_retired import await_retired

handler = rotation_task(await_retired)
