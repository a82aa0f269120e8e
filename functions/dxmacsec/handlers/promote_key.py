"""The function PromoteKey."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.promote_key import promote_key

handler = rotation_task(promote_key)
