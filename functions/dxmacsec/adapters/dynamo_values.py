"""Plain values as DynamoDB's low-level client writes them; the SDK's own serialiser refuses floats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


def to_dynamo(value: object) -> AttributeValueTypeDef:
    """Return a JSON value as an attribute.

    Raises:
        TypeError: the value is none that JSON knows.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int() | float():
            return {"N": repr(value)}
        case dict():
            return {"M": to_item(value)}
        case list() | tuple():
            return {"L": [to_dynamo(each) for each in value]}
    message = f"no JSON value: {type(value).__name__}"
    raise TypeError(message)


def to_item(values: Mapping[str, Any]) -> dict[str, AttributeValueTypeDef]:
    """Return named JSON values as an item, or as the content of a map."""
    return {str(name): to_dynamo(value) for name, value in values.items()}


def text_of(item: Mapping[str, Any], name: str) -> str:
    """Return a text attribute of an item that we wrote."""
    return str(item[name]["S"])


def from_dynamo(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value that an attribute holds.

    Raises:
        TypeError: the attribute is of a kind that we never write.
    """
    ((kind, held),) = value.items()
    match kind:
        case "NULL":
            return None
        case "BOOL" | "S":
            return held
        case "N":
            return int(held) if held.lstrip("-").isdigit() else float(held)
        case "M":
            return from_item(held)
        case "L":
            return [from_dynamo(each) for each in held]
    message = f"no attribute of ours: {kind}"
    raise TypeError(message)


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the named JSON values that an item, or the content of a map, holds."""
    return {name: from_dynamo(value) for name, value in item.items()}
