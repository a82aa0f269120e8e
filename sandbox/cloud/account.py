"""Which accounts and Region the embedded AWS plays; the lowest module of the cloud."""

from __future__ import annotations

from typing import Final

ACCOUNT_ID: Final = "123456789012"
"""The first account, and the only one where no others are asked for: moto's for callers that it doesn't know."""

REGION: Final = "us-east-1"
"""The Region of everything in the sandbox."""

ORGANISATION: Final = "o-sandbox001"
"""The organisation that all accounts of a sandbox are in."""


def account_of(arn: str) -> str:
    """Return the account that an ARN is of; the first account where it names none, as a bucket's."""
    _, _, _, _, account, *_ = f"{arn}:::::".split(":")
    return account or ACCOUNT_ID
