"""Expressions evaluate as Step Functions evaluates them."""

from __future__ import annotations

import pytest

from sandbox.cloud.jsonata_evaluator import ExpressionError, evaluate
from sandbox.cloud.vocabulary import Json


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("1 + 2", 3, id="arithmetic"),
        pytest.param("$nothing", None, id="undefined is None"),
        pytest.param('$parse("{\\"a\\": [null, 1]}")', {"a": [None, 1]}, id="parse keeps null"),
        pytest.param("$range(1, 5, 2)", [1, 3, 5], id="a range includes its end"),
        pytest.param("$range(5, 1, -2)", [5, 3, 1], id="a range may go down"),
        pytest.param("$partition([1, 2, 3], 2)", [[1, 2], [3]], id="the last part may be short"),
        pytest.param("$length($uuid())", 36, id="a UUID"),
        pytest.param('$substring($hash("a", "SHA-256"), 0, 8)', "ca978112", id="a hash"),
        pytest.param("$random(7) = $random(7)", True, id="a seeded random number repeats"),
    ],
)
def test_evaluates(expression: str, value: Json) -> None:
    assert evaluate(expression) == value


@pytest.mark.parametrize("expression", ["1 +", '"a" + 1', "$error('stop')"])
def test_a_failing_expression_is_an_error_with_its_reason(expression: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        evaluate(expression)

    assert str(raised.value)
