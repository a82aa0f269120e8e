"""The deployed RotateKey machine: start it, find what others started, ask where it is, read how it ended."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from sandbox.cloud.vocabulary import Client
from sandbox.demo.history import document_at, history, nested_execution, steps
from sandbox.demo.sights import Run, Started, Step
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
    """Starts executions of RotateKey and reads them, whoever started them."""

    def __init__(self, step_functions: Client, machine_arn: str) -> None:
        """Take a client of Step Functions and the machine's ARN."""
        self._client, self._machine_arn = step_functions, machine_arn

    def start(self, link: str, *, dry_run: bool = False) -> Started:
        """Start a rotation of a link, or its dry run."""
        document = {"link": link, **({"dry_run": True} if dry_run else {})}
        started = self._client.start_execution(stateMachineArn=self._machine_arn, input=json.dumps(document))
        return Started(link, str(started["executionArn"]), started["startDate"])

    def executions(self) -> frozenset[str]:
        """Return the ARNs of all executions so far."""
        pages = self._client.get_paginator("list_executions").paginate(stateMachineArn=self._machine_arn)
        return frozenset(str(each["executionArn"]) for page in pages for each in page["executions"])

    def started_besides(self, known: Collection[str]) -> tuple[Started, ...]:
        """Return the executions that are not known yet; their input names their link."""
        new = self.executions().difference(known)
        return tuple(self._started(self._client.describe_execution(executionArn=each)) for each in sorted(new))

    def place(self, execution: str, before: Place | None = None) -> Place:
        """Return where an execution is now, given where it was: a history costs the sandbox tenths of a second.

        While a nested machine runs, its parent stays where it is.
        """
        if not self._runs(execution):
            return Place(running=False)
        if before and before.nested_execution and self._runs(before.nested_execution):
            return replace(before, nested=self._nested_state(before.nested_execution))
        events = history(self._client, execution)
        timed = [step for step in steps(events) if step.state in STATES]
        if not timed:
            return Place(running=True)
        inner = nested_execution(events) if timed[-1].state == "EnforceEncryption" else None
        return Place(running=True, state=timed[-1].state, since=_since(timed), nested_execution=inner)

    def ended(self, execution: str, link: str) -> Run:
        """Return how an execution ended; it must not run any more."""
        description = self._client.describe_execution(executionArn=execution)
        events = history(self._client, execution)
        output = json.loads(description.get("output") or "{}")
        document = document_at(events)
        inner = nested_execution(events)
        return Run(
            link=link,
            status=description["status"],
            reason=output.get("reason") or description.get("error", ""),
            sentence=output.get("sentence") or description.get("cause", ""),
            started_at=description["startDate"],
            ended_at=description["stopDate"],
            steps=steps(events),
            nested=steps(history(self._client, inner)) if inner else (),
            old_ckn=_first_ckn((document.get("plan") or {}).get("supersedes")),
            new_ckn=(document.get("new_key") or {}).get("ckn"),
            proven_by=document.get("proven_by"),
            answered_by=_who_answered(document.get("checks") or ()),
            plan=tuple((document.get("plan") or {}).get("steps", ())),
        )

    @staticmethod
    def _started(description: dict[str, Any]) -> Started:
        link = str(json.loads(description["input"])["link"])
        return Started(link, str(description["executionArn"]), description["startDate"])

    def _runs(self, execution: str) -> bool:
        return bool(self._client.describe_execution(executionArn=execution)["status"] == "RUNNING")

    def _nested_state(self, execution: str) -> str | None:
        entered = [step.state for step in steps(history(self._client, execution))]
        return next((state for state in reversed(entered) if state in NESTED_STATES), None)


def _since(timed: list[Step]) -> datetime:
    """Return since when what happens now happens: looking and waiting by turns is one thing to who watches."""
    doing = STATES[timed[-1].state].doing
    alike = takewhile(lambda step: STATES[step.state].doing == doing, reversed(timed))
    return min(step.at for step in alike)


def _who_answered(checks: Collection[dict[str, Any]]) -> tuple[str, ...]:
    """Return who answered for the router: each line of proof begins with the name."""
    answers = {str(check["seen"]).split(": ")[0] for check in checks if check["what"] in ("prove", "confirm")}
    return tuple(sorted(answers))


def _first_ckn(keys: list[dict[str, Any]] | None) -> str | None:
    return str(keys[0]["ckn"]) if keys else None
