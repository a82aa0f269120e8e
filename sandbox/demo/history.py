"""Reading the history of an execution: the states that it entered, and the document that it carried."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sandbox.cloud.vocabulary import Client
from sandbox.demo.sights import Step

Events = Sequence[dict[str, Any]]


def history(step_functions: Client, execution: str) -> list[dict[str, Any]]:
    """Return all events of an execution, oldest first."""
    pages = step_functions.get_paginator("get_execution_history").paginate(executionArn=execution)
    return [event for page in pages for event in page["events"]]


def steps(events: Events) -> tuple[Step, ...]:
    """Return the states that were entered, and when."""
    return tuple(Step(each["stateEnteredEventDetails"]["name"], each["timestamp"]) for each in _entries(events))


def document_at(events: Events, state: str | None = None) -> dict[str, Any]:
    """Return the document with which a state was entered last, or the last state of all; else an empty one.

    The document travels through the whole machine.
    """
    entered = [each["stateEnteredEventDetails"] for each in _entries(events)]
    found = [details for details in entered if state in (None, details["name"])]
    document = json.loads(found[-1].get("input") or "{}") if found else {}
    return document if isinstance(document, dict) else {}


def nested_execution(events: Events) -> str | None:
    """Return the ARN of the execution that was started last from inside."""
    submitted = [event["taskSubmittedEventDetails"] for event in events if event["type"] == "TaskSubmitted"]
    nested = [details for details in submitted if details["resource"].startswith("startExecution")]
    return str(json.loads(nested[-1]["output"])["ExecutionArn"]) if nested else None


def _entries(events: Events) -> list[dict[str, Any]]:
    return [event for event in events if event["type"].endswith("StateEntered")]
