"""Names for what has no static type here; one of the lowest modules."""

from __future__ import annotations

from typing import Any

Client = Any
"""A boto3 client; its methods are made at run time from the service's model."""

Json = Any
"""What JSON can hold."""

Private = Any
"""An object or attribute of moto that its authors keep to themselves."""
