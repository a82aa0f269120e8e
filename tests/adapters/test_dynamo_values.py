from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as some

from dxmacsec.adapters.dynamo_values import from_dynamo, from_item, to_dynamo, to_item

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


@given(value=JSON)
def test_we_read_what_we_write(value: Any) -> None:  # noqa: ANN401 - any JSON value
    assert json.dumps(from_dynamo(to_dynamo(value))) == json.dumps(value)


@given(value=some.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_as_it_was(value: float) -> None:
    assert from_dynamo(to_dynamo(value)) == value


def test_a_number_without_a_fraction_comes_back_whole() -> None:
    read = from_item(to_item({"schema": 1, "below": -3}))

    assert (read, type(read["schema"])) == ({"schema": 1, "below": -3}, int)


def test_an_attribute_that_we_never_write_is_refused_by_its_kind() -> None:
    with pytest.raises(TypeError, match="no attribute of ours: SS"):
        from_dynamo({"SS": ["a"]})
