"""The function MakeRoom."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.make_room import make_room

handler = rotation_task(make_room)
