"""The function AssociateKey."""

from __future__ import annotations

from dxmacsec.handlers.run import rotation_task
from dxmacsec.steps.associate_key import associate_key

handler = rotation_task(associate_key)
