"""Pages of lists: maxResults up to 100 and an opaque nextToken (section 4: there are no paginators)."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.twin.faults import client_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_MOST = 100

_Thing = TypeVar("_Thing")


def page(
    name: str,
    things: Sequence[_Thing],
    parameters: Mapping[str, Any],
    shape: Callable[[_Thing], dict[str, Any]],
) -> dict[str, Any]:
    """Return one page of `things` under `name`, with a nextToken where there are more.

    Raises:
        TwinError: maxResults is out of bounds, or nextToken isn't one of this list's.
    """
    size = parameters.get("maxResults") or _MOST
    if not 1 <= size <= _MOST:
        message = f"maxResults must be between 1 and {_MOST}"
        raise client_error(message)
    start = _start(name, parameters.get("nextToken"))
    answer: dict[str, Any] = {name: [shape(thing) for thing in things[start : start + size]]}
    if start + size < len(things):
        answer["nextToken"] = base64.b64encode(f"{name}:{start + size}".encode()).decode()
    return answer


def _start(name: str, token: str | None) -> int:
    if not token:
        return 0
    try:
        list_name, _, number = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        list_name, number = "", ""
    if list_name != name or not number.isdecimal():
        message = "The nextToken is invalid"
        raise client_error(message)
    return int(number)
