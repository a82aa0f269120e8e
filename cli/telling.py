"""Telling in lines that are never broken: commands are copied from them, and CKNs searched for in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.printing import console, show

if TYPE_CHECKING:
    from rich.console import RenderableType


def tell(document: object, shown: RenderableType, *, as_json: bool) -> None:
    """Print one JSON document for programs, or lines for people that only the terminal itself wraps."""
    if as_json:
        show(document, "", as_json=True)
    else:
        console().print(shown, soft_wrap=True)
