from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as some

from dxmacsec.adapters.dynamo_values import to_dynamo

JSON = some.recursive(
    some.none() | some.booleans() | some.text() | some.integers(-(10**15), 10**15),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
)


@given(value=JSON)
def test_the_sdk_reads_what_we_write(value: Any) -> None:  # noqa: ANN401 - any JSON value
    read = TypeDeserializer().deserialize(to_dynamo(value))

    assert json.dumps(read, default=int) == json.dumps(value)


def test_writes_a_float_that_the_sdks_own_serialiser_refuses() -> None:
    assert to_dynamo(0.25) == {"N": "0.25"}


def test_refuses_what_json_does_not_know() -> None:
    with pytest.raises(TypeError, match="no JSON value: datetime"):
        to_dynamo({"at": datetime(2026, 1, 1, tzinfo=UTC)})
