"""Reading a TOML table field by field, so that every wrong field is named at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


DAY_SECONDS = 86_400
"""Nothing that an agent waits for may take longer."""


class ConfigurationError(Exception):
    """A configuration can't be used; the text names every wrong field, and what was expected of it."""


class Table:
    """One table. What is wrong with it is noted in `wrong`, which all its tables share; `end` notes unknown fields."""

    def __init__(self, values: dict[str, Any], path: str, wrong: list[str]) -> None:
        """Take the values, where the table stands, and where to note what is wrong."""
        self._values, self.path, self.wrong = dict(values), path, wrong

    def note(self, name: str, expected: str) -> None:
        """Note that a field is wrong."""
        self.wrong.append(f"{self.path}{name}: {expected}")

    def has(self, name: str) -> bool:
        """Tell whether a field is there that nobody has taken yet."""
        return name in self._values

    def take(self, name: str) -> Any:  # noqa: ANN401 - any value of TOML
        """Return a field as it is, None where there is none; it counts as known from then on."""
        return self._values.pop(name, None)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; one without a default is required."""
        value = self._values.pop(name, default)
        if not isinstance(value, str) or not value:
            self.note(name, "expected text" if value is not None else "missing; expected text")
            return ""
        return value

    def maybe_text(self, name: str) -> str | None:
        """Return a text, or None where there is none."""
        return self.text(name) if self.has(name) else None

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of a few texts."""
        value = self._values.pop(name, None)
        if value not in choices:
            self.note(name, f"expected one of {', '.join(choices)}")
            return ""
        return str(value)

    def number(self, name: str, default: float, *, above: float = 0, most: float = DAY_SECONDS) -> float:
        """Return a number above another, and at most a third; neither infinity nor NaN is."""
        value = self._values.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not above < value <= most:
            self.note(name, f"expected a number above {above:g}, at most {most:g}")
            return default
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number of a range, both ends included."""
        value = self._values.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.note(name, f"expected a whole number from {low} to {high}")
            return default
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._values.pop(name, default)
        if not isinstance(value, bool):
            self.note(name, "expected true or false")
            return default
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts with at least one."""
        value = self._values.pop(name, None)
        if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
            self.note(name, "expected a list of texts")
            return ()
        return tuple(value)

    def table(self, name: str) -> Table:
        """Return a table; one that isn't there is empty, and noted."""
        value = self._values.pop(name, None)
        if not isinstance(value, dict):
            self.note(name, "missing; expected a table" if value is None else "expected a table")
            value = {}
        return Table(value, f"{self.path}{name}.", self.wrong)

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Yield every field of this table as a table, with its name."""
        for name in tuple(self._values):
            yield name, self.table(name)

    def end(self) -> None:
        """Note what nobody asked for: a misspelt field must not be silently without effect."""
        for name in sorted(self._values):
            self.note(name, "unknown field")
