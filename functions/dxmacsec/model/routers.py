"""The customer's end of a link: who answers for it, what it is asked, what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RouterMode(StrEnum):
    """Who answers a router task."""

    MANUAL = "manual"
    AGENT = "agent"
    NONE = "none"


class RouterTaskKind(StrEnum):
    """What the customer's end is asked to do."""

    INSTALL = "install"
    PROVE = "prove"
    CONFIRM = "confirm"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class RouterAnswer:
    """What the customer's end says of each port; `received_at` is the state machine's own clock."""

    task_id: str
    ports: dict[str, str | None]
    by: str
    received_at: datetime
