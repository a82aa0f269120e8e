"""The function BeginRecovery."""

from __future__ import annotations

from dxmacsec.handlers.begin import first_task
from dxmacsec.steps.begin_recovery import begin_recovery

handler = first_task(begin_recovery)
