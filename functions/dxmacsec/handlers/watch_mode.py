"""The function WatchMode."""

from __future__ import annotations

from dxmacsec.handlers.run import enforcement_task
from dxmacsec.steps.watch_mode import watch_mode

handler = enforcement_task(watch_mode)
