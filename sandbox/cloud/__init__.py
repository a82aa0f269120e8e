"""The embedded AWS around the twin: moto, mended; functions that run; events that arrive."""

from __future__ import annotations

from sandbox.cloud.accounts import Account, AccountPlan
from sandbox.cloud.deploy import DeployError, synthesise
from sandbox.cloud.sandbox import Sandbox

__all__ = ["Account", "AccountPlan", "DeployError", "Sandbox", "synthesise"]
