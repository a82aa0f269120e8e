"""The envelope that EventBridge puts around every event.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.account import ACCOUNT_ID, REGION


def iso_seconds(moment: datetime) -> str:
    """Return a moment as events write it: UTC, whole seconds, a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(
    source: str,
    detail_type: str,
    detail: dict[str, Any],
    *,
    resources: Sequence[str] = (),
    at: datetime | None = None,
    account: str = ACCOUNT_ID,
) -> dict[str, Any]:
    """Return an event as the rules of its account match it and targets receive it."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": iso_seconds(at or datetime.now(UTC)),
        "region": REGION,
        "resources": list(resources),
        "detail": detail,
    }
