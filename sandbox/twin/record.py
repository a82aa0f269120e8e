"""What an observer of the twin hears: one record a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.twin.faults import TwinError


@dataclass(frozen=True)
class CallRecord:
    """One call, as an observer hears of it. `parameters` are raw and may hold a CAK: they don't print."""

    operation: str
    parameters: Mapping[str, Any] = field(repr=False)
    answer: dict[str, Any] | None
    error: TwinError | None
    principal: str
    at: datetime
