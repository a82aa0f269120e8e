"""Reading JSON objects field by field, with errors that name the field and what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping


class FormError(ValueError):
    """A description file says something that isn't understood; the message names the field."""


class Fields:
    """One JSON object while it is read: each field is asked for once, and what is left over is refused."""

    def __init__(self, data: object, where: str) -> None:
        """Open the object `data`, found at `where` in its file.

        Raises:
            FormError: it is no JSON object.
        """
        if not isinstance(data, dict):
            message = f"{where}: expected an object, got {data!r}"
            raise FormError(message)
        self._data: Mapping[str, Any] = data
        self._where = where
        self._asked: set[str] = set()

    def text(self, name: str, default: str | None = None, pattern: re.Pattern[str] | None = None) -> str:
        """Return a string field.

        Raises:
            FormError: it is missing without a default, no string, or doesn't fit `pattern`.
        """
        value = self._take(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, "a string", value)
        if pattern is not None and not pattern.fullmatch(value):
            raise self._wrong(name, f"a string like {pattern.pattern}", value)
        return value

    def choice(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Return a string field that is one of `allowed`.

        Raises:
            FormError: it is something else.
        """
        options = tuple(allowed)
        value = self._take(name, default)
        if not isinstance(value, str) or value not in options:
            raise self._wrong(name, f"one of {', '.join(options)}", value)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean field.

        Raises:
            FormError: it is no boolean.
        """
        value = self._take(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false", value)
        return value

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return an integer field between `low` and `high`, both included.

        Raises:
            FormError: it is no integer or out of bounds.
        """
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self._wrong(name, f"a whole number from {low} to {high}", value)
        return value

    def number(self, name: str, default: float | None = None) -> float | None:
        """Return a number field that isn't negative, or None where it is null or missing.

        Raises:
            FormError: it is no number or negative.
        """
        value = self._data.get(name, default)
        self._asked.add(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self._wrong(name, "a number, 0 or more", value)
        return float(value)

    def items(self, name: str) -> list[Any]:
        """Return a list field, empty where it is missing.

        Raises:
            FormError: it is no list.
        """
        value = self._take(name, [])
        if not isinstance(value, list):
            raise self._wrong(name, "a list", value)
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        """Return an object field, empty where it is missing.

        Raises:
            FormError: it is no object.
        """
        value = self._take(name, {})
        if not isinstance(value, dict):
            raise self._wrong(name, "an object", value)
        return value

    def has(self, name: str) -> bool:
        """Say whether the field is written at all."""
        return name in self._data

    def done(self) -> None:
        """Refuse what nobody asked for.

        Raises:
            FormError: a field is left that has no meaning; the allowed names are listed.
        """
        for name in self._data:
            if name not in self._asked:
                allowed = ", ".join(sorted(self._asked))
                message = f"{self._where}.{name}: unknown name, expected one of {allowed}"
                raise FormError(message)

    def _take(self, name: str, default: object) -> object:
        self._asked.add(name)
        value = self._data.get(name, default)
        if value is None:
            message = f"{self._where}.{name}: missing"
            raise FormError(message)
        return value

    def _wrong(self, name: str, expected: str, value: object) -> FormError:
        return FormError(f"{self._where}.{name}: expected {expected}, got {value!r}")
