"""Pages for people to keep: one file each, no scripts, nothing loaded from anywhere, every value escaped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from chameleon import PageTemplate

SECURITY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page's own rule for the browser: no script, no address outside, whatever a value may hold.

https://www.w3.org/TR/CSP3/#meta-element
"""


def page(name: str, **values: Any) -> str:  # noqa: ANN401 - whatever the template shows
    """Return the page of a template; values are escaped, unless a template asks for `structure:`."""
    return str(_template(name)(style=_text("style.css"), security=SECURITY, **values))


@cache
def _template(name: str) -> PageTemplate:
    return PageTemplate(_text(f"{name}.pt"))


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
