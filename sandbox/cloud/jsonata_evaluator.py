"""JSONata as Step Functions evaluates it: the language and the functions that Step Functions adds.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-step-functions
"""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Callable
from typing import Any

from jsonata.jexception import JException  # type: ignore[import-untyped]
from jsonata.jsonata import Jsonata  # type: ignore[import-untyped]
from jsonata.utils import Utils  # type: ignore[import-untyped]

from sandbox.cloud.vocabulary import Json

_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


class ExpressionError(Exception):
    """An expression that can't be evaluated; on AWS States.QueryEvaluationError."""


def _partition(items: list[Any], size: float) -> list[list[Any]]:
    step = int(size)
    return [items[start : start + step] for start in range(0, len(items), step)]


def _range(first: float, last: float, step: float) -> list[int]:
    stop = int(last) + (1 if step > 0 else -1)
    return list(range(int(first), stop, int(step)))


def _hash(text: str, algorithm: str) -> str:
    return hashlib.new(_HASHES[algorithm], text.encode()).hexdigest()


def _random(seed: float | None = None) -> float:
    return random.Random(seed).random()  # noqa: S311 - what $random gives is no secret


def _parse(text: str) -> Json:
    return _with_nulls(json.loads(text))


def _with_nulls(value: Json) -> Json:
    """Mark JSON's null as the library wants it, which takes None for undefined."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {name: _with_nulls(member) for name, member in value.items()}
    return [_with_nulls(member) for member in value] if isinstance(value, list) else value


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "partition": _partition,
    "range": _range,
    "hash": _hash,
    "random": _random,
    "uuid": lambda: str(uuid.uuid4()),
    "parse": _parse,
}
"""What Step Functions adds to the language."""


def evaluate(expression: str) -> Json:
    """Evaluate an expression without input and return plain JSON values; undefined is None.

    Raises:
        ExpressionError: the expression is malformed, or fails; with JSONata's own words.
    """
    try:
        parsed = Jsonata(expression)
        for name, function in FUNCTIONS.items():
            parsed.register_lambda(name, function)
        return json.loads(json.dumps(parsed.evaluate(None)))
    except (JException, ValueError, TypeError, KeyError) as error:
        raise ExpressionError(str(error)) from error
