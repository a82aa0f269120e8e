"""The deployed EnforceEncryption machine: find what compliance started for a link, and read it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sandbox.cloud.vocabulary import Client
from sandbox.demo.drift import Enforcement
from sandbox.demo.history import history, steps


class EnforceEncryption:
    """Reads executions of EnforceEncryption that a verdict led to: their names say so."""

    def __init__(self, step_functions: Client, machine_arn: str) -> None:
        """Take a client of Step Functions and the machine's ARN."""
        self._client, self._machine_arn = step_functions, machine_arn
        self._ended: dict[str, Enforcement] = {}

    def of(self, link: str, since: datetime) -> tuple[Enforcement, ...]:
        """Return the enforcements that were started for a link since a moment, oldest first."""
        pages = self._client.get_paginator("list_executions").paginate(stateMachineArn=self._machine_arn)
        listed = [each for page in pages for each in page["executions"] if _is_for(each["name"], link)]
        started = sorted((each["startDate"], each["executionArn"]) for each in listed if each["startDate"] >= since)
        return tuple(self._read(str(arn)) for _, arn in started)

    def _read(self, execution: str) -> Enforcement:
        """Return an execution as it is now; what has ended is read once."""
        if execution in self._ended:
            return self._ended[execution]
        description = self._client.describe_execution(executionArn=execution)
        read = _enforcement(description, history(self._client, execution))
        if read.ended_at:
            self._ended[execution] = read
        return read


def _is_for(name: str, link: str) -> bool:
    return name.startswith(f"compliance-{link}-")


def _enforcement(description: dict[str, Any], events: list[dict[str, Any]]) -> Enforcement:
    output = json.loads(description.get("output") or "{}")
    return Enforcement(
        execution=str(description["executionArn"]),
        status=str(description["status"]),
        reason=output.get("reason") or description.get("error", ""),
        sentence=output.get("sentence") or description.get("cause", ""),
        started_at=description["startDate"],
        ended_at=description.get("stopDate"),
        steps=steps(events),
    )
