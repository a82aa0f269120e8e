"""Trouble on the way to the outside world: calls that fail before or after their effect, and strangers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

BEFORE = "before"
AFTER = "after"


class FunctionDied(Exception):
    """The function was gone in the middle of its work: no step may catch this."""


@dataclass(frozen=True)
class Seen:
    """One call of an adapter: `ledger.take_acting` with its arguments."""

    name: str
    arguments: tuple[Any, ...]


@dataclass
class Trouble:
    """Counts the calls and, at the ones that were planned, does what was planned.

    A plan that raises `before` leaves no effect; one that raises `after` is an answer that was lost.
    """

    seen: list[Seen] = field(default_factory=list)
    _at: dict[tuple[int, str], Callable[[], None]] = field(default_factory=dict)
    _named: list[tuple[str, str, int, Callable[[], None]]] = field(default_factory=list)

    def at_call(self, number: int, when: str, action: Callable[[], None]) -> None:
        """Plan an action at the so-and-so-manieth call of all, counted from 0."""
        self._at[number, when] = action

    def at(self, name: str, when: str, action: Callable[[], None], *, nth: int = 1) -> None:
        """Plan an action at the nth call of that name, counted from now."""
        self._named.append((name, when, nth + self.count(name), action))

    def always(self, name: str, when: str, action: Callable[[], None]) -> None:
        """Plan an action at every call of that name."""
        self._named.append((name, when, 0, action))

    def forget(self) -> None:
        """Plan nothing any more."""
        self._at.clear()
        self._named.clear()

    def count(self, name: str) -> int:
        """Return how often a call was made."""
        return sum(seen.name == name for seen in self.seen)

    def around(self, name: str, call: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the call returns
        """Make a call, with the trouble that belongs to it."""
        number = len(self.seen)
        self.seen.append(Seen(name, arguments))
        nth = self.count(name)
        self._strike(number, name, nth, BEFORE)
        answer = call(*arguments, **named)
        self._strike(number, name, nth, AFTER)
        return answer

    def _strike(self, number: int, name: str, nth: int, when: str) -> None:
        planned = [self._at[number, when]] if (number, when) in self._at else []
        planned += [act for what, at, which, act in self._named if (what, at) == (name, when) and which in (0, nth)]
        for action in planned:
            action()


class Troubled:
    """An adapter or a fake behind trouble; otherwise it is what it stands for."""

    def __init__(self, name: str, target: object, trouble: Trouble) -> None:
        """Stand for `target`, whose calls are named `<name>.<method>`."""
        self._name = name
        self._target = target
        self._trouble = trouble

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 - stands for any adapter
        """Return a method with its trouble around it."""
        method = getattr(self._target, attribute)
        return lambda *arguments, **named: self._trouble.around(f"{self._name}.{attribute}", method, arguments, named)


def raising(error: Exception) -> Callable[[], None]:
    """Return an action that raises, each time as if it were the first: else its traceback grew with each try."""

    def act() -> None:
        raise error.with_traceback(None)

    return act
