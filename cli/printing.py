"""What a command prints: a table for people, or one JSON document for programs."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from rich.console import RenderableType


PIPE_COLUMNS = 160
"""How wide is written where no terminal says how wide it is."""


def console(*, stderr: bool = False) -> Console:
    """Return the terminal's console; colours follow the terminal and NO_COLOR, the width also COLUMNS."""
    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = PIPE_COLUMNS
    return made


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


def show(document: object, shown: RenderableType, *, as_json: bool, unbroken: bool = False) -> None:
    """Print the one or the other; the document goes to stdout alone, so that a program can read it.

    Lines are left `unbroken` for the terminal itself to wrap where commands are copied from them, and CKNs searched
    for in them.
    """
    if as_json:
        print(json.dumps(plain(document), indent=2))  # noqa: T201 - stdout is what a program reads
    else:
        console().print(shown, soft_wrap=unbroken)
