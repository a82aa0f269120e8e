"""The deployed RotateKey machine: start it, ask where it is, read how it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from sandbox.cloud.vocabulary import Client
from sandbox.demo.sights import Run, Step
from sandbox.demo.words import NESTED_STATES, STATES


@dataclass(frozen=True)
class Place:
    """Where a running execution is: a state, since when, and the state of the machine nested in it."""

    running: bool
    state: str | None = None
    since: datetime | None = None
    nested_execution: str | None = None
    nested: str | None = None


class RotateKey:
    """Starts executions of RotateKey and reads them."""

    def __init__(self, step_functions: Client, machine_arn: str) -> None:
        """Take a client of Step Functions and the machine's ARN."""
        self._client, self._machine_arn = step_functions, machine_arn

    def start(self, link: str, *, dry_run: bool = False) -> str:
        """Start a rotation of a link, or its dry run, and return the execution's ARN."""
        document = {"link": link, **({"dry_run": True} if dry_run else {})}
        started = self._client.start_execution(stateMachineArn=self._machine_arn, input=json.dumps(document))
        return str(started["executionArn"])

    def place(self, execution: str, before: Place | None = None) -> Place:
        """Return where an execution is now, given where it was: a history costs the sandbox tenths of a second.

        While a nested machine runs, its parent stays where it is.
        """
        if not self._runs(execution):
            return Place(running=False)
        if before and before.nested_execution and self._runs(before.nested_execution):
            return replace(before, nested=self._nested_state(before.nested_execution))
        events = self._history(execution)
        timed = [step for step in _steps(events) if step.state in STATES]
        if not timed:
            return Place(running=True)
        inner = _nested_execution(events) if timed[-1].state == "EnforceEncryption" else None
        return Place(running=True, state=timed[-1].state, since=_since(timed), nested_execution=inner)

    def ended(self, execution: str, link: str) -> Run:
        """Return how an execution ended; it must not run any more."""
        description = self._client.describe_execution(executionArn=execution)
        events = self._history(execution)
        output = json.loads(description.get("output") or "{}")
        document = _last_document(events)
        inner = _nested_execution(events)
        return Run(
            link=link,
            status=description["status"],
            reason=output.get("reason") or description.get("error", ""),
            sentence=output.get("sentence") or description.get("cause", ""),
            started_at=description["startDate"],
            ended_at=description["stopDate"],
            steps=_steps(events),
            nested=_steps(self._history(inner)) if inner else (),
            old_ckn=_first_ckn((document.get("plan") or {}).get("supersedes")),
            new_ckn=(document.get("new_key") or {}).get("ckn"),
            proven_by=document.get("proven_by"),
            plan=tuple((document.get("plan") or {}).get("steps", ())),
        )

    def _runs(self, execution: str) -> bool:
        return bool(self._client.describe_execution(executionArn=execution)["status"] == "RUNNING")

    def _nested_state(self, execution: str) -> str | None:
        entered = [step.state for step in _steps(self._history(execution))]
        return next((state for state in reversed(entered) if state in NESTED_STATES), None)

    def _history(self, execution: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]


def _steps(events: list[dict[str, Any]]) -> tuple[Step, ...]:
    entered = [event for event in events if event["type"].endswith("StateEntered")]
    return tuple(Step(event["stateEnteredEventDetails"]["name"], event["timestamp"]) for event in entered)


def _since(timed: list[Step]) -> datetime:
    """Return since when what happens now happens: looking and waiting by turns is one thing to who watches."""
    doing = STATES[timed[-1].state].doing
    alike = takewhile(lambda step: STATES[step.state].doing == doing, reversed(timed))
    return min(step.at for step in alike)


def _last_document(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the document with which the last state was entered: it travels through the whole machine."""
    entered = [event["stateEnteredEventDetails"] for event in events if event["type"].endswith("StateEntered")]
    document = json.loads(entered[-1].get("input") or "{}") if entered else {}
    return document if isinstance(document, dict) else {}


def _nested_execution(events: list[dict[str, Any]]) -> str | None:
    submitted = [event["taskSubmittedEventDetails"] for event in events if event["type"] == "TaskSubmitted"]
    nested = [details for details in submitted if details["resource"].startswith("startExecution")]
    return str(json.loads(nested[-1]["output"])["ExecutionArn"]) if nested else None


def _first_ckn(keys: list[dict[str, Any]] | None) -> str | None:
    return str(keys[0]["ckn"]) if keys else None
