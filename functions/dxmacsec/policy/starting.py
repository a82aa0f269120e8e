"""How the executions that bring links back are named, so that one verdict starts each of them once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from dxmacsec.compliance import Change, Judgement
from dxmacsec.policy.request import MAX_REASON


def enforcement_name(link: str, version: int) -> str:
    """Return the name of the enforcement that a version of a link's standing leads to."""
    return f"compliance-{link}-{version}"


def fleet_run_name(versions: Mapping[str, int]) -> str:
    """Return the name of the run over the fleet that these versions of standings lead to."""
    text = " ".join(f"{link}={version}" for link, version in sorted(versions.items()))
    return f"compliance-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def recovery_name(execution: str, at: datetime) -> str:
    """Return the name of the recovery of a dead execution that a sweep starts: one a day."""
    digest = hashlib.sha256(execution.encode()).hexdigest()[:32]
    return f"swept-{digest}-{at.astimezone(UTC):%Y%m%d}"


def why_started(judgement: Judgement, change: Change | None) -> str:
    """Return the reason that an execution's input carries: what was seen, and whose change led to it."""
    led = f" after {change.call} by {change.by}" if change and change.call else " found by the sweep"
    return f"compliance: {judgement.reason}{led}"[:MAX_REASON]
