"""How the executions that bring links back are named, so that one verdict starts each of them once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from dxmacsec.compliance import Change, Judgement
from dxmacsec.policy.request import MAX_REASON

DIGITS = 24
"""Digits of a digest in a name: enough to tell all apart, and too few to be masked as what may be a key."""


def enforcement_name(link: str, version: int, at: datetime) -> str:
    """Return the name of the enforcement that a version of a link's standing leads to, within this hour.

    A link that was retired and came back counts its versions anew, and Step Functions remembers a name for
    90 days.
    """
    return f"compliance-{link}-{version}-{_hour(at)}"


def fleet_run_name(versions: Mapping[str, int], at: datetime) -> str:
    """Return the name of the run over the fleet that these versions of standings lead to, within this hour."""
    text = " ".join(f"{link}={version}" for link, version in sorted(versions.items()))
    return f"compliance-{_digest(text)}-{_hour(at)}"


def recovery_name(execution: str, at: datetime) -> str:
    """Return the name of the recovery of a dead execution that a sweep starts: one a day."""
    return f"swept-{_digest(execution)}-{at.astimezone(UTC):%Y%m%d}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _hour(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d%H}"


def why_started(judgement: Judgement, change: Change | None) -> str:
    """Return the reason that an execution's input carries: what was seen, and whose change led to it."""
    led = f" after {change.call} by {change.by}" if change and change.call else " found by the sweep"
    return f"compliance: {judgement.reason}{led}"[:MAX_REASON]
