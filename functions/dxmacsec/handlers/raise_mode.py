"""The function RaiseMode."""

from __future__ import annotations

from dxmacsec.handlers.run import enforcement_task
from dxmacsec.steps.raise_mode import raise_mode

handler = enforcement_task(raise_mode)
