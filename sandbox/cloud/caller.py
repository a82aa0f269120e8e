"""Who makes the request that is being answered: a principal, in which session, with which program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Self

PERSON = "person"
"""The caller of requests whose key belongs to nobody known: a terminal, a script, a test."""


class Caller(str):
    """A principal's name that also knows the session, the program and a role's path; equal to the plain name."""

    __slots__ = ("path", "session", "user_agent")

    path: str
    session: str
    user_agent: str

    def __new__(cls, principal: str, session: str = "", user_agent: str = "", path: str = "/") -> Self:
        """Name a principal; a session without a name is called as its principal."""
        made = super().__new__(cls, principal)
        made.session, made.user_agent, made.path = session or principal, user_agent, path
        return made


_CURRENT: ContextVar[Caller | None] = ContextVar("caller", default=None)


@contextmanager
def answering(caller: Caller) -> Iterator[None]:
    """Make a caller known to whatever answers its request in this thread."""
    token = _CURRENT.set(caller)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current() -> Caller:
    """Return the caller of the request that this thread answers; a person where it answers none."""
    return _CURRENT.get() or Caller(PERSON)
