"""JSONata as our machines use it, with `$states` and the virtual clock's `$now`."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from jsonata.jsonata import Jsonata  # type: ignore[import-untyped]

OPENING, CLOSING = "{%", "%}"


def filled(template: Any, states: dict[str, Any], now: Callable[[], str]) -> Any:  # noqa: ANN401 - any JSON
    """Return a JSON value with every expression in it evaluated."""
    if isinstance(template, dict):
        return {name: filled(value, states, now) for name, value in template.items()}
    if isinstance(template, list):
        return [filled(value, states, now) for value in template]
    if isinstance(template, str) and template.startswith(OPENING):
        return evaluated(template.removeprefix(OPENING).removesuffix(CLOSING).strip(), states, now)
    return template


def evaluated(expression: str, states: dict[str, Any], now: Callable[[], str]) -> Any:  # noqa: ANN401
    """Evaluate one expression; what is undefined fails the execution, as at Step Functions.

    Raises:
        ValueError: the expression is undefined.
    """
    parsed = _parsed(expression)
    parsed.register_lambda("now", now)
    parsed.register_lambda("parse", json.loads)
    frame = parsed.create_frame()
    frame.bind("states", states)
    value = parsed.evaluate(None, frame)
    if value is None and not _is_null(expression, states):
        message = f"States.QueryEvaluationError: {expression} is undefined"
        raise ValueError(message)
    return value


@cache
def _parsed(expression: str) -> Jsonata:
    """Parse an expression once: what it reads is in the frame of each evaluation."""
    return Jsonata(expression)


def _is_null(expression: str, states: dict[str, Any]) -> bool:
    """Tell JSON's null at the end of a plain path from a path that leads nowhere."""
    place: Any = {"states": states}
    for name in expression.removeprefix("$").split("."):
        if not isinstance(place, dict) or name not in place:
            return False
        place = place[name]
    return place is None
