"""Which messages of a batch are done, by what the function answered."""

from __future__ import annotations

import json

import pytest

from sandbox.cloud.function import Invocation
from sandbox.cloud.sqs_records import done
from sandbox.cloud.vocabulary import Json

BATCH = [{"MessageId": name} for name in ("a", "b", "c")]
ALL, NONE = ["a", "b", "c"], list[str]()


def _failed(*ids: Json) -> Json:
    return {"batchItemFailures": [{"itemIdentifier": each} for each in ids]}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(None, ALL, id="no answer"),
        pytest.param({}, ALL, id="an empty answer"),
        pytest.param({"batchItemFailures": None}, ALL, id="no list"),
        pytest.param(_failed(), ALL, id="an empty list"),
        pytest.param(_failed("b"), ["a", "c"], id="one message"),
        pytest.param(_failed("a", "b", "c"), NONE, id="all messages"),
        pytest.param(_failed("z"), NONE, id="a message of another batch"),
        pytest.param(_failed(""), NONE, id="an empty id"),
        pytest.param(_failed(None), NONE, id="no id"),
        pytest.param({"batchItemFailures": [{"id": "b"}]}, NONE, id="a wrong key"),
        pytest.param({"batchItemFailures": "b"}, NONE, id="a text for a list"),
        pytest.param("text", NONE, id="a text for an answer"),
    ],
)
def test_a_report_decides_what_is_done(answer: Json, expected: list[str]) -> None:
    invocation = Invocation(json.dumps(answer).encode())

    assert [it["MessageId"] for it in done(BATCH, invocation, reports_failures=True)] == expected


def test_a_failed_function_has_done_nothing() -> None:
    invocation = Invocation(b"{}", error="Unhandled")

    assert done(BATCH, invocation, reports_failures=True) == []
    assert done(BATCH, invocation, reports_failures=False) == []


def test_without_reports_an_answer_is_not_read() -> None:
    invocation = Invocation(json.dumps(_failed("a")).encode())

    assert done(BATCH, invocation, reports_failures=False) == BATCH
