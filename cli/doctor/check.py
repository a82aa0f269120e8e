"""A check: what was looked at, how it stands, what was found, and what to type where it fails."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from cli.account import Account
from dxmacsec.errors import DxMacsecError
from dxmacsec.handlers.wiring import LateClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botocore.session import Session

HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class State(StrEnum):
    """How a check came out, the gravest first."""

    FAILED = "failed"
    WARNING = "warning"
    NOT_CHECKED = "not checked"
    OK = "ok"


GRAVEST_FIRST = tuple(State)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's report; `fix` is what to type, empty where nothing is to be done."""

    name: str
    state: State
    found: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The account that is looked at: with the stack's things, or none before it is deployed.

    `resources` are the physical ids of the stack's resources by their CloudFormation type; `caller` is the ARN
    of who looks, empty where AWS didn't say.
    """

    session: Session
    account: Account | None = None
    caller: str = ""
    resources: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """Return the Region that is looked at."""
        return str(self.session.get_config_variable("region"))

    @property
    def in_sandbox(self) -> bool:
        """Tell whether AWS is one on this machine."""
        return urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname in HERE

    def client(self, service: str) -> Any:  # noqa: ANN401 - stands for any client
        """Return a client of a service that is made at its first call."""
        return LateClient(self.session, service)


def ok(name: str, found: str) -> Check:
    """Return a check that is as it should be."""
    return Check(name, State.OK, found)


def warning(name: str, found: str, fix: str = "") -> Check:
    """Return a check that somebody should know of."""
    return Check(name, State.WARNING, found, fix)


def failed(name: str, found: str, fix: str) -> Check:
    """Return a check that must be mended."""
    return Check(name, State.FAILED, found, fix)


def not_checked(name: str, why: str, fix: str = "") -> Check:
    """Return a check that could not be made."""
    return Check(name, State.NOT_CHECKED, why, fix)


def looked(name: str, look: Callable[[Patient], Iterable[Check]], patient: Patient) -> list[Check]:
    """Make a check; one that AWS does not let us make says so, and stops no other."""
    try:
        return list(look(patient))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return [not_checked(name, f"AWS answers {error.operation_name} with {code}.", _mending(code))]
    except BotoCoreError as error:
        return [not_checked(name, f"AWS gave no answer: {type(error).__name__}.")]
    except DxMacsecError as error:
        return [not_checked(name, f"{type(error).__name__}: {error}")]


def _mending(code: str) -> str:
    return "Ask for the right to make that call, or let somebody look who has it." if "Denied" in code else ""
