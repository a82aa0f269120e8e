"""The function BeginEnforcement."""

from __future__ import annotations

from dxmacsec.handlers.begin import first_task
from dxmacsec.steps.begin_enforcement import begin_enforcement

handler = first_task(begin_enforcement)
