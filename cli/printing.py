"""What a command prints: a table for people, or one JSON document for programs."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from rich.console import RenderableType


def console() -> Console:
    """Return the terminal's console; colours follow the terminal and NO_COLOR."""
    return Console(highlight=False)


def plain(value: Any) -> Any:  # noqa: ANN401 - any value of ours
    """Return a value as JSON knows it: times as ISO 8601 in UTC, dataclasses as objects."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value


def show(document: object, shown: RenderableType, *, as_json: bool) -> None:
    """Print the one or the other; the document goes to stdout alone, so that a program can read it."""
    if as_json:
        print(json.dumps(plain(document), indent=2))  # noqa: T201 - stdout is what a program reads
    else:
        console().print(shown)
