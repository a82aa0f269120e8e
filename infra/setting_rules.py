"""What a setting may be: each rule says it in words, for errors and for the table, and checks a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Rule(Protocol):
    """One allowed set of values."""

    @property
    def allowed(self) -> str:
        """The allowed values in words, to be read after "expected"."""

    def admits(self, value: object) -> bool:
        """Whether `value` is allowed."""


@dataclass(frozen=True)
class Number:
    """A number between two bounds, both included; `True` and `False` are no numbers here."""

    low: float
    high: float

    @property
    def allowed(self) -> str:
        """The bounds in words."""
        return f"a number from {self.low:g} to {self.high:g}"

    def admits(self, value: object) -> bool:
        """Whether `value` is an integer or a float within the bounds."""
        return isinstance(value, int | float) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True)
class OneOf:
    """One of a few values of the same type."""

    values: tuple[str, ...] | tuple[int, ...]

    @property
    def allowed(self) -> str:
        """The values, one after another."""
        return f"one of {', '.join(str(value) for value in self.values)}"

    def admits(self, value: object) -> bool:
        """Whether `value` equals one of the values and has their type (`True` is not 1)."""
        return any(type(value) is type(known) and value == known for known in self.values)


@dataclass(frozen=True)
class Flag:
    """Either true or false."""

    allowed: str = "true or false"

    def admits(self, value: object) -> bool:
        """Whether `value` is a boolean."""
        return isinstance(value, bool)


@dataclass(frozen=True)
class OptionalEmail:
    """An e-mail address or nothing; SNS itself proves the address by its confirmation mail."""

    allowed: str = "an e-mail address or null"

    def admits(self, value: object) -> bool:
        """Whether `value` is null or has the shape name@domain."""
        if value is None:
            return True
        if not isinstance(value, str) or any(character.isspace() for character in value):
            return False
        name, at, domain = value.partition("@")
        return bool(name and at and domain) and "@" not in domain
