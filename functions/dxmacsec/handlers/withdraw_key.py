"""The function WithdrawKey."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.withdraw_key import withdraw_key

handler = rotation_task(withdraw_key)
