"""The function AwaitEncryption."""

from __future__ import annotations

from dxmacsec.handlers.run import enforcement_task
from dxmacsec.steps.await_encryption import await_encryption

handler = enforcement_task(await_encryption)
