"""Who makes the request that is being answered: a principal of an account, in which session, with which program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Self

from sandbox.cloud.account import ACCOUNT_ID

PERSON = "person"
"""The caller of requests whose key belongs to nobody known: a terminal, a script, a test."""


_USER = "user/"
"""What a principal's name begins with that is an IAM user; every other name is a role's."""


class Caller(str):
    """A principal's name that also knows account, session, program and a role's path; equal to the plain name."""

    __slots__ = ("account", "path", "session", "user_agent")

    account: str
    path: str
    session: str
    user_agent: str

    def __new__(
        cls, principal: str, session: str = "", user_agent: str = "", path: str = "/", account: str = ACCOUNT_ID
    ) -> Self:
        """Name a principal; a session without a name is called as its principal."""
        made = super().__new__(cls, principal)
        made.session, made.user_agent = session or principal, user_agent
        made.path, made.account = path, account
        return made

    @property
    def user(self) -> str:
        """Return the name of the IAM user that calls; empty where it is a service or a role."""
        return self.removeprefix(_USER) if self == PERSON or self.startswith(_USER) else ""

    @property
    def service(self) -> str:
        """Return the host of the AWS service that calls; empty where it is none."""
        return str(self) if self.endswith(".amazonaws.com") else ""

    @property
    def principal_arn(self) -> str:
        """Return the ARN of the user, or of the role whatever its session: what `aws:PrincipalArn` holds."""
        if self.user:
            return f"arn:aws:iam::{self.account}:user/{self.user}"
        return f"arn:aws:iam::{self.account}:role{self.path}{self}"

    @property
    def session_arn(self) -> str:
        """Return the ARN of a role's session; the path is in the role's own ARN only."""
        return f"arn:aws:sts::{self.account}:assumed-role/{self}/{self.session}"


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
