"""What is seen of a run over an organisation: where it is, how it ended, and a rotated link with its account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.cloud.account import REGION
from sandbox.demo.organisation.estates import SPANNING
from sandbox.demo.promises import Proof


@dataclass(frozen=True)
class OrganisationNow:
    """Where an execution of RotateOrganisation is; `round` counts what was asked of members so far."""

    running: bool
    state: str | None = None
    round: int = 0


@dataclass(frozen=True)
class OrganisationRun:
    """How an execution of RotateOrganisation ended."""

    id: str
    status: str
    reason: str
    sentence: str

    @property
    def succeeded(self) -> bool:
        """Tell whether the execution ended SUCCEEDED."""
        return self.status == "SUCCEEDED"


@dataclass(frozen=True)
class Rotated:
    """A rotated link of an account; `changes` are the moments of our calls that changed it, in their order."""

    account: str
    wave: int
    proof: Proof
    changes: Sequence[datetime]

    @property
    def name(self) -> str:
        """Return the link's name in an organisation: account, Region and id."""
        return f"{self.account}/{REGION}/{self.proof.link.id}"

    @property
    def spanning_group(self) -> str | None:
        """Return the group over several accounts that the link is in."""
        group = self.proof.link.group
        return group if group and group.startswith(SPANNING) else None
