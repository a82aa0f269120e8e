"""The function CloseRecovery."""

from __future__ import annotations

from dxmacsec.handlers.run import recovery_task
from dxmacsec.steps.close_recovery import close_recovery

handler = recovery_task(close_recovery)
