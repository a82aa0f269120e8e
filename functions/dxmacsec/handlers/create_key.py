"""The function CreateKey."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.create_key import create_key

handler = rotation_task(create_key)
