"""The function RestoreKey."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.restore_key import restore_key

handler = rotation_task(restore_key)
