"""The function CloseRotation."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.close_rotation import close_rotation

handler = rotation_task(close_rotation)
