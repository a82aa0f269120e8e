"""Links as the board reads them: from a scene, and made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dxmacsec.board.console import Console
from dxmacsec.compliance import Standing, Status
from dxmacsec.interfaces import LinkView, Owner, Pause, StoryRow, TaskRow
from dxmacsec.model import ASSOCIATED, ENCRYPTION_UP, MUST_ENCRYPT, Key, Link, LinkKind, Port, RouterTaskKind

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LINK = "dxcon-fg5678gh"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateKey:by-hand"
CONSOLE = Console("aws", "us-east-1", "123456789012", "dxmacsec/")


@dataclass
class FakeStories:
    """Router tasks that wait, in memory; nobody reads a record for the board."""

    waiting: dict[str, tuple[TaskRow, ...]] = field(default_factory=dict)

    def of_link(self, link: str, *, limit: int | None = None) -> Iterator[StoryRow]:
        message = f"the board reads no records of {link}, {limit} or other"
        raise AssertionError(message)

    def tasks(self, link: str) -> tuple[TaskRow, ...]:
        return self.waiting.get(link, ())


def a_view(link: str = LINK, reason: str = "Compliant", status: Status = Status.COMPLIANT, **more: Any) -> LinkView:  # noqa: ANN401 - any field
    """Return an encrypted connection with a young key; `more` replaces fields of the link or the view."""
    of_link = {name: more.pop(name) for name in tuple(more) if name in Link.__slots__}
    port = Port(link, "available", ENCRYPTION_UP, MUST_ENCRYPT)
    key = Key("f79f1947" * 8, "arn:secret", ASSOCIATED, "2026-02-01T00:00:00+00:00")
    made = Link(link, LinkKind.CONNECTION, "available", MUST_ENCRYPT, macsec_capable=True, keys=(key,), ports=(port,))
    made = replace(made, **{"name": "north-a", "location": "EqDC2", "bandwidth": "10Gbps", **of_link})
    standing = Standing(link, 1, status, (reason,), f"{link} is what it is.", NOW - timedelta(hours=3))
    view = LinkView(
        *(made, "north", True),
        standing=standing,
        key_since=NOW - timedelta(days=28),
        due_at=NOW + timedelta(days=62),
    )
    return replace(view, **more)


def a_task(kind: RouterTaskKind = RouterTaskKind.INSTALL, hours: float = 5) -> TaskRow:
    """Return a router task that waits, with a token that nobody may see."""
    sent, deadline = NOW - timedelta(hours=1), NOW + timedelta(hours=hours)
    return TaskRow(f"by-hand.{kind}.0", LINK, kind, "by-hand", "THE-TOKEN", sent, deadline, {})


ROTATING = Owner(EXECUTION, "by-hand", NOW - timedelta(minutes=40))
PAUSE = Pause("RouterOnOldKey", "A port uses another CKN.", "by-hand", NOW - timedelta(hours=2))
DARK_PORT = Port(LINK, "available", "Encryption Down", MUST_ENCRYPT)
