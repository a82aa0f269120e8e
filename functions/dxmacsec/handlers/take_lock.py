"""The function TakeLock."""

from __future__ import annotations

from dxmacsec.handlers.begin import first_task
from dxmacsec.steps.take_lock import take_lock

handler = first_task(take_lock)
