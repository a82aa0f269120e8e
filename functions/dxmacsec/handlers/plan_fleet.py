"""The function PlanFleet."""

from __future__ import annotations

from dxmacsec.handlers.begin import first_task
from dxmacsec.steps.plan_fleet import plan_fleet

handler = first_task(plan_fleet)
