"""The function AwaitAssociated."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.await_associated import await_associated

handler = rotation_task(await_associated)
