"""The function ReportFleet."""

from __future__ import annotations

from dxmacsec.handlers.run import fleet_task
from dxmacsec.steps.report_fleet import report_fleet

handler = fleet_task(report_fleet)
