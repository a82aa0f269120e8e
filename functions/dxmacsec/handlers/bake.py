"""The function Bake."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.bake import bake

handler = rotation_task(bake)
