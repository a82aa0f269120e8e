"""The function LowerMode."""

from __future__ import annotations

from dxmacsec.handlers.run import enforcement_task
from dxmacsec.steps.lower_mode import lower_mode

handler = enforcement_task(lower_mode)
