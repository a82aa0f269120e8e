"""The function PlanRecovery."""

from __future__ import annotations

from dxmacsec.handlers.run import recovery_task
from dxmacsec.steps.plan_recovery import plan_recovery

handler = recovery_task(plan_recovery)
