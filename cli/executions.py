"""Executions of the state machines as a person starts and follows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from cli.ending import CliError, Ending
from dxmacsec import errors
from dxmacsec.adapters.histories import AwsHistories
from dxmacsec.adapters.state_machines import execution_arn, start_once
from dxmacsec.fleet import Fleet
from dxmacsec.handlers.document import read, read_travelling
from dxmacsec.model import Rotation, Travelling

if TYPE_CHECKING:
    from cli.account import Account

ENDINGS = {
    "SUCCEEDED": Ending.DONE,
    "PLANNED": Ending.DONE,
    "RUNNING": Ending.DONE,
    "REFUSED": Ending.REFUSED,
    "FAILED": Ending.FAILED,
}
"""Exit codes by how an execution ended; one that is not waited for runs."""


@dataclass(frozen=True, slots=True)
class Result:
    """How an execution ended, or that it runs; `report` is its machine's, empty where it never came to one.

    `router_mode` is who answers for the router, where the execution is of one link.
    """

    execution: str
    status: str
    reason: str = ""
    sentence: str = ""
    report: dict[str, Any] = field(default_factory=dict)
    router_mode: str = ""

    @property
    def name(self) -> str:
        """Return the execution's name, which is the rotation's id."""
        return self.execution.rpartition(":")[2]

    @property
    def ending(self) -> Ending:
        """Return the exit code that it leads to."""
        return ENDINGS[self.status]


def start(account: Account, machine_arn: str, name: str, request: dict[str, Any]) -> str:
    """Start an execution and return its ARN.

    Raises:
        CliError: one of that name ended already.
        AccessDenied: the caller may not start it.
    """
    if not start_once(account.client("stepfunctions"), machine_arn, name, request):
        raise CliError(Ending.REFUSED, f"There was an execution {name} already; nothing was started.", "Try again.")
    return execution_arn(machine_arn, name)


def result(account: Account, execution: str) -> Result | None:
    """Return how an execution ended; None while it runs.

    The document that it carried last tells a refusal, which changed nothing, from a failure.
    """
    run = account.world.executions.run(execution)
    if run is None:
        return Result(execution, "FAILED", "ExecutionNotFound", "Step Functions knows no such execution.")
    if run.running:
        return None
    past = AwsHistories(account.client("stepfunctions"), _read).past(execution)
    carried = cast("Rotation | Fleet | None", past.document if past else None)
    if carried is None or carried.outcome is None:
        reason = run.error or f"Execution{run.status.title().replace('_', '')}"
        sentence = run.cause or f"The execution ended {run.status}; RecoverLink finishes what it left."
        return Result(execution, _status_of(run.error), reason, sentence)
    outcome = carried.outcome
    mode = str(carried.router_mode) if isinstance(carried, Rotation) else ""
    return Result(execution, outcome.status, outcome.reason, outcome.sentence, carried.report or {}, mode)


def _read(machine: str, data: Mapping[str, Any]) -> Travelling:
    """Parse what travelled: RecoverLink has no use for a fleet's document, a person has."""
    return cast("Travelling", read(Fleet, data)) if machine == "RotateFleet" else read_travelling(machine, data)


def _status_of(error: str) -> str:
    """Tell a refusal of the input, which comes before any document, from a failure."""
    known = getattr(errors, error, None) if error else None
    return "REFUSED" if isinstance(known, type) and issubclass(known, errors.Refused) else "FAILED"
