"""The product's settings in the sandbox: what takes minutes and hours in an account takes seconds here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sandbox.cloud.account import ACCOUNT_ID, REGION

MEMBER_STACK: Final = "DxMacsec"
"""The stack that every account of an organisation has; the coordinator's is in the first one only."""
COORDINATOR_STACK: Final = "DxMacsecCoordinator"
COORDINATOR: Final = "dxmacsec-coordinator"
"""The CDK context under which a coordinator's settings are."""

SETTINGS: Final[Mapping[str, Any]] = {
    "router_mode": "agent",
    "poll_seconds": 1,
    "look_seconds": 5,
    "plan_wait_minutes": 0.5,
    "association_minutes": 0.5,
    "router_deadline_hours": 0.015,
    "router_heartbeat_minutes": 0.5,
    "bake_minutes": 0.05,
    "proof_max_age_seconds": 60,
    "status_lag_seconds": 7,
    "retire_minutes": 0.5,
    "restore_minutes": 0.5,
    "enforce_minutes": 0.75,
    "changes_window_seconds": 1,
    "onboard": "on",
}
"""moto's waits take real time, so every deadline is one that a person sits through.

`status_lag_seconds` stays above the 6 s after which MKA notices a loss: a shorter watch would not see one.
`router_heartbeat_minutes` runs from before the function starts that asks the router, and a busy machine may take
seconds for that.
"""


def context(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the CDK context of a sandbox, with a caller's own context and settings on top."""
    settings = {**SETTINGS, **overrides.get("dxmacsec", {})}
    return {**overrides, "dxmacsec": settings}


def member(account: str) -> str:
    """Return how an organisation calls what is deployed in an account of the sandbox."""
    return f"{account}/{REGION}"


def organisation(accounts: Iterable[str], **choices: object) -> dict[str, Any]:
    """Return the CDK context of an organisation coordinated from the first account; `choices` are the coordinator's."""
    coordinator = {"members": [member(each) for each in accounts], "poll_seconds": 1, "look_seconds": 5, **choices}
    return {"dxmacsec": {"coordinator_account": ACCOUNT_ID}, COORDINATOR: coordinator}
