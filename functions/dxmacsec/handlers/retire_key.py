"""The function RetireKey."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.retire_key import retire_key

handler = rotation_task(retire_key)
