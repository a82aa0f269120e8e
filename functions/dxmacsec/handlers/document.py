"""The documents that travel, as the JSON that Step Functions carries between two functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from dacite import Config, DaciteError, from_dict

from dxmacsec.errors import BadInput
from dxmacsec.model import SCHEMA, Enforcement, Recovery, Rotation, without_keys

if TYPE_CHECKING:
    from dxmacsec.model import Travelling

Document = TypeVar("Document")

TRAVELLING: dict[str, type[Rotation | Enforcement | Recovery]] = {
    "RotateKey": Rotation,
    "EnforceEncryption": Enforcement,
    "RecoverLink": Recovery,
}
"""Which document travels through which machine."""


def write(value: object) -> Any:  # noqa: ANN401 - whatever JSON the value is
    """Return a document, or a part of one, as plain JSON values; sets become sorted lists.

    Raises:
        TypeError: there is something in it that has no place in a document, such as a CAK.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: write(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case dict():
            return {str(name): write(each) for name, each in value.items()}
        case list() | tuple() | frozenset():
            items = [write(each) for each in value]
            return sorted(items) if isinstance(value, frozenset) else items
        case None | bool() | int() | float() | str():
            return value
    message = f"{type(value).__name__} has no place in a document"
    raise TypeError(message)


def read(cls: type[Document], data: Mapping[str, Any]) -> Document:
    """Return the document of a class that JSON values hold.

    Raises:
        BadInput: its schema is another version's, or a field is missing, unknown or of another type; the
            message names the field and not its value.
    """
    if not isinstance(data, Mapping):
        message = "document: expected an object"
        raise BadInput(message)
    if data.get("schema") != SCHEMA:
        message = f"schema: this version reads {SCHEMA}, the document has {without_keys(repr(data.get('schema')), 40)}"
        raise BadInput(message)
    try:
        return from_dict(cls, data, _CONFIG)
    except DaciteError as error:
        field = getattr(error, "field_path", None) or getattr(error, "keys", "")
        message = f"{cls.__name__}: {type(error).__name__}: {field}"
        raise BadInput(message) from None
    except ValueError as error:
        message = f"{cls.__name__}: {without_keys(str(error), 200)}"
        raise BadInput(message) from error


def read_travelling(machine: str, data: Mapping[str, Any]) -> Travelling:
    """Return the document that an execution of a machine carried.

    Raises:
        BadInput: no document of ours travels through that machine, or this one can't be read.
    """
    cls = TRAVELLING.get(machine)
    if cls is None:
        message = f"execution: expected one of {', '.join(TRAVELLING)}, got one of {machine}"
        raise BadInput(message)
    return read(cls, data)


def _float(value: object) -> object:
    """Return a whole number as the float that it was: JSON writes 5.0 as 5."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _int(value: object) -> object:
    """Return a float without a fraction as the int that it was: JSONata knows one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _time(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


_CONFIG = Config(
    strict=True,
    cast=[Enum, tuple, frozenset],
    type_hooks={datetime: _time, float: _float, int: _int},
)
