"""The function CloseEnforcement."""

from __future__ import annotations

from dxmacsec.handlers.run import enforcement_task
from dxmacsec.steps.close_enforcement import close_enforcement

handler = enforcement_task(close_enforcement)
