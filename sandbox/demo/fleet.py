"""The deployed RotateFleet machine: find what its schedule started, ask where it is, read its report."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox.cloud.vocabulary import Client
from sandbox.demo.history import document_at, history, steps
from sandbox.demo.sights import Due, FleetNow, FleetPlan, FleetRun, LeftOut
from sandbox.demo.words import FLEET_STATES

PLANNED = "FleetPlanned?"
"""The first state that sees the plan."""


class RotateFleet:
    """Reads executions of RotateFleet."""

    def __init__(self, step_functions: Client, machine_arn: str) -> None:
        """Take a client of Step Functions and the machine's ARN."""
        self._client, self._machine_arn = step_functions, machine_arn

    def started_by(self, fire: Callable[[], None]) -> str:
        """Fire something and return the ARN of the execution that it started.

        Raises:
            LookupError: it started none, or more than one.
        """
        before = self._executions()
        fire()
        started = self._executions() - before
        if len(started) != 1:
            message = f"one execution of RotateFleet was expected, {len(started)} were started"
            raise LookupError(message)
        return next(iter(started))

    def now(self, execution: str) -> FleetNow:
        """Return where an execution is, and its plan as soon as there is one."""
        running = self._client.describe_execution(executionArn=execution)["status"] == "RUNNING"
        events = history(self._client, execution)
        state = next((step.state for step in reversed(steps(events)) if step.state in FLEET_STATES), None)
        wave = document_at(events, state).get("wave", 0) if state else 0
        return FleetNow(running, state, wave, _plan(document_at(events, PLANNED)))

    def ended(self, execution: str) -> FleetRun:
        """Return how an execution ended; it must not run any more."""
        description = self._client.describe_execution(executionArn=execution)
        output = json.loads(description.get("output") or "{}")
        document = document_at(history(self._client, execution))
        report = document.get("report") or {}
        return FleetRun(
            status=description["status"],
            reason=output.get("reason") or description.get("error", ""),
            sentence=output.get("sentence") or description.get("cause", ""),
            results=tuple((each["link"], each["status"], each["reason"]) for each in report.get("results", ())),
            left_out=_left_out(report),
            not_touched=tuple(report.get("not_touched", ())),
        )

    def _executions(self) -> set[str]:
        pages = self._client.get_paginator("list_executions").paginate(stateMachineArn=self._machine_arn)
        return {str(each["executionArn"]) for page in pages for each in page["executions"]}


def _plan(document: dict[str, Any]) -> FleetPlan | None:
    if "waves" not in document:
        return None
    return FleetPlan(
        waves=tuple(tuple(wave) for wave in document["waves"]),
        due=tuple(Due(each["link"], each["why"], each["age_days"]) for each in document["due"]),
        left_out=_left_out(document),
    )


def _left_out(document: dict[str, Any]) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(each["link"], each["reason"], each["sentence"]) for each in document.get("left_out", ()))
