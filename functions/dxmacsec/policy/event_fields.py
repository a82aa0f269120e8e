"""Reading fields of an event from outside: each is what was expected, or the error names it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dxmacsec.errors import BadInput


def part(value: object, name: str) -> Mapping[str, Any]:
    """Return an object.

    Raises:
        BadInput: it is missing, or none.
    """
    found = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(found, Mapping):
        message = f"{name}: expected an object"
        raise BadInput(message)
    return found


def maybe(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object that may be missing or null; empty where it is."""
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def text(value: object, name: str) -> str:
    """Return a text that is not empty.

    Raises:
        BadInput: it is missing, empty, or no text.
    """
    found = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(found, str) or not found:
        message = f"{name}: expected text"
        raise BadInput(message)
    return found


def time(value: object, name: str) -> datetime:
    """Return a time in UTC, so that any two can be compared.

    Raises:
        BadInput: it is missing or no time.
    """
    try:
        read = datetime.fromisoformat(text(value, name))
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        message = f"{name}: expected a time like 2026-01-02T03:04:05Z"
        raise BadInput(message) from error
