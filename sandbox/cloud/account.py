"""The one account and Region that the embedded AWS plays; the lowest module of the cloud."""

from __future__ import annotations

from typing import Final

ACCOUNT_ID: Final = "123456789012"
"""moto's account for callers that it doesn't know."""

REGION: Final = "us-east-1"
"""The Region of everything in the sandbox."""
