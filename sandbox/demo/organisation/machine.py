"""The deployed RotateOrganisation machine: start it, ask where it is, read how it ended."""

from __future__ import annotations

import json
import re
from typing import Final

from sandbox.cloud.vocabulary import Client
from sandbox.demo.history import document_at, history, steps
from sandbox.demo.organisation.sights import OrganisationNow, OrganisationRun

STATES: Final[dict[str, str]] = {
    "GatherMembers": "who is asked, and for what?",
    "TurnMembers": "members have their turn",
    "OrderMembers": "how did the turns end, who is next?",
    "ReportOrganisation": "writing the report",
}
"""States of RotateOrganisation in which time passes, in plain words; a test holds them against the ASL file."""


class RotateOrganisation:
    """Starts executions of RotateOrganisation and reads them."""

    def __init__(self, step_functions: Client, machine_arn: str) -> None:
        """Take a client of Step Functions of the coordinator's account, and the machine's ARN."""
        self._client, self._machine_arn = step_functions, machine_arn

    def start(self, name: str, reason: str) -> str:
        """Start a run over all members and return the execution's ARN."""
        started = self._client.start_execution(
            stateMachineArn=self._machine_arn, name=name, input=json.dumps({"reason": reason})
        )
        return str(started["executionArn"])

    def now(self, execution: str) -> OrganisationNow:
        """Return where an execution is."""
        running = self._client.describe_execution(executionArn=execution)["status"] == "RUNNING"
        events = history(self._client, execution)
        state = next((step.state for step in reversed(steps(events)) if step.state in STATES), None)
        return OrganisationNow(running, state, int(document_at(events).get("round", 0)))

    def ended(self, execution: str) -> OrganisationRun:
        """Return how an execution ended; it must not run any more."""
        description = self._client.describe_execution(executionArn=execution)
        output = json.loads(description.get("output") or "{}")
        return OrganisationRun(
            id=str(description["name"]),
            status=description["status"],
            reason=output.get("reason") or description.get("error", ""),
            sentence=output.get("sentence") or description.get("cause", ""),
        )


def round_of(run: str, execution: str) -> int | None:
    """Return the round in which a member's execution was started, as its name says; None if another run did it.

    What a member starts is called as its turn: the run, the round, the account and the Region; then perhaps a link.
    """
    found = re.match(rf"{re.escape(run)}-(\d+)-", execution.rsplit(":", 1)[-1])
    return int(found[1]) if found else None


def waves_of(rounds: dict[str, int]) -> dict[str, int]:
    """Return for each link its wave, counted from 1, given the round of its rotation: asking takes rounds, too."""
    order = sorted(set(rounds.values()))
    return {link: order.index(number) + 1 for link, number in rounds.items()}
