"""The function OrderMembers."""

from __future__ import annotations

from dxmacsec.handlers.coordinator import organisation_task
from dxmacsec.steps.order_members import order_members

handler = organisation_task(order_members)
