"""The function TakeOver."""

from __future__ import annotations

from dxmacsec.handlers.run import recovery_task
from dxmacsec.steps.take_over import take_over

handler = recovery_task(take_over)
