"""The function PlanRotation."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.plan_rotation import plan_rotation

handler = rotation_task(plan_rotation)
