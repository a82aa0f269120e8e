"""The function CheckWave."""

from __future__ import annotations

from dxmacsec.handlers.run import fleet_task
from dxmacsec.steps.check_wave import check_wave

handler = fleet_task(check_wave)
