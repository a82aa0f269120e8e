"""The function HearChange, which SQS calls with a batch of events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dxmacsec.handlers.run import task
from dxmacsec.steps.hear_change import hear_change

if TYPE_CHECKING:
    from dxmacsec.handlers.run import Event


def _messages(event: Event) -> dict[str, Any]:
    """Return the events by the ids of their messages; what is no JSON, or too deep, is None, which no event is."""
    return {record["messageId"]: _parsed(record["body"]) for record in event["Records"]}


def _parsed(body: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _about(event: Event) -> dict[str, Any]:
    return {"messages": len(event.get("Records", ()))}


_work = task("hear_change", lambda event, world: hear_change(_messages(event), world), of=_about)


def handler(event: Event, context: object) -> dict[str, Any]:
    """Return the messages that shall come again; SQS forgets the others.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    heard = _work(event, context) or {}
    return {"batchItemFailures": [{"itemIdentifier": each} for each in heard["failed"]]}
