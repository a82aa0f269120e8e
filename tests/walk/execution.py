"""One execution of a state machine, and the two ways in which it leaves its road."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ARN = "arn:aws:states:us-east-1:123456789012:execution"
NAMES = {
    "rotate_key": "RotateKey",
    "enforce_encryption": "EnforceEncryption",
    "rotate_fleet": "RotateFleet",
    "recover_link": "RecoverLink",
    "rotate_organisation": "RotateOrganisation",
}


class TaskFailed(Exception):
    """A task ended with an error; the machine retries, catches, or ends with it."""

    def __init__(self, error: str, cause: str) -> None:
        """Keep what `$states.errorOutput` will hold."""
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


class Stopped(Exception):
    """Somebody stopped the execution: no Catch runs."""


@dataclass
class Execution:
    """One execution: where it is, what it carries, and how it ended."""

    machine: str
    name: str
    input: Any
    started_at: datetime
    state: str
    document: Any
    status: str = "RUNNING"
    output: Any = None
    error: str | None = None
    cause: str | None = None
    nested: str | None = None
    visited: list[str] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def arn(self) -> str:
        """Return its ARN."""
        return f"{ARN}:{NAMES[self.machine]}:{self.name}"
