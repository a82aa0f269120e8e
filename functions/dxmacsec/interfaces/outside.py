"""Time, routers, people and state machines, as the steps see them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from dxmacsec.compliance import Change
from dxmacsec.model import Past, RotationRun, RouterMode


class Clock(Protocol):
    """Time, so that no step reads the machine's own."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class RouterDesk(Protocol):
    """Where router tasks go: people (SNS), the agent (SQS), or nobody."""

    def send(self, mode: RouterMode, message: dict[str, Any]) -> None:
        """Send a router task with its token; a repeat sends the same task again."""
        ...

    def declare(self, token: str, answer: dict[str, Any]) -> None:
        """Answer our own task where the owner declares that routers fetch keys by themselves."""
        ...


class Herald(Protocol):
    """How the world hears of what happened."""

    def event(self, detail_type: str, detail: dict[str, Any]) -> None:
        """Put an event on the bus."""
        ...

    def alert(self, subject: str, text: str) -> None:
        """Tell people."""
        ...


class Later(Protocol):
    """A clock that rings: a change is looked at once more."""

    def look_again(self, link: str, change: Change, after: timedelta) -> None:
        """Have a link looked at again after a while, at most a quarter of an hour."""
        ...


class Executions(Protocol):
    """Step Functions, as far as locks ask about it."""

    def run(self, execution_arn: str) -> RotationRun | None:
        """Describe an execution of ours; None when Step Functions doesn't know it (any more)."""
        ...

    def ended_at(self, execution_arn: str) -> datetime | None:
        """Tell when an execution ended; None while it runs or when nobody knows it."""
        ...


class Histories(Protocol):
    """Step Functions, as far as RecoverLink asks what became of an execution."""

    def past(self, execution_arn: str) -> Past | None:
        """Read how an execution ended and the last document that it carried; None when nobody knows it."""
        ...


class Rotations(Protocol):
    """`RotateKey`, for those that start it and ask how it went."""

    def start(self, name: str, request: dict[str, Any]) -> bool:
        """Start a rotation under a name; False when that name was used before, whatever became of it."""
        ...

    def run(self, name: str) -> RotationRun | None:
        """Describe the rotation of a name; None when there is none."""
        ...
