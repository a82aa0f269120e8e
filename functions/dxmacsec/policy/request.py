"""What a person may type, and what each field must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dxmacsec.errors import BadInput
from dxmacsec.model import Request

LINK_ID = re.compile(r"dx(con|lag)-[a-z0-9]{8,17}")
VERSION_ID = re.compile(r"[A-Za-z0-9-]{32,64}")
EXECUTION_ARN = re.compile(r"arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:(express|execution):\S{1,300}")
MAX_REASON = 256

GROUP_TAG = "dxmacsec:redundancy-group"
UNDECLARED_GROUP = "undeclared"


def _text(name: str, value: object, *, limit: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > limit or not value.isprintable():
        message = f"{name}: expected printable text of 1 to {limit} characters"
        raise BadInput(message)
    return value


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        message = f"{name}: expected true or false, got {type(value).__name__}"
        raise BadInput(message)
    return value


def _matching(pattern: re.Pattern[str], expected: str) -> Callable[[str, object], str]:
    def check(name: str, value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            message = f"{name}: expected {expected}"
            raise BadInput(message)
        return value

    return check


_link = _matching(LINK_ID, "the id of a connection or LAG, like dxcon-fg5678gh or dxlag-fg5678gh")
_version = _matching(VERSION_ID, "a version id of the key secret, 32 to 64 letters, digits or hyphens")
_execution = _matching(EXECUTION_ARN, "the ARN of a Step Functions execution")


def _reason(name: str, value: object) -> str:
    return _text(name, value, limit=MAX_REASON)


_ROTATION_FIELDS: dict[str, Callable[[str, object], Any]] = {
    "link": _link,
    "reason": _reason,
    "urgent": _flag,
    "dry_run": _flag,
    "version_id": _version,
    "accept_no_way_back": _flag,
}

_ENFORCEMENT_FIELDS: dict[str, Callable[[str, object], Any]] = {
    "link": _link,
    "reason": _reason,
    "owner": _execution,
}


def rotation_request(data: object) -> Request:
    """Read the input of `RotateKey`.

    Raises:
        BadInput: a field is missing, unknown or malformed; the message names it and what was expected.
    """
    return Request(**_fields(data, _ROTATION_FIELDS))


def enforcement_request(data: object) -> dict[str, str]:
    """Read the input of `EnforceEncryption`: `link`, and perhaps `reason` and `owner`.

    Raises:
        BadInput: a field is missing, unknown or malformed; the message names it and what was expected.
    """
    return _fields(data, _ENFORCEMENT_FIELDS)


def _fields(data: object, known: Mapping[str, Callable[[str, object], Any]]) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        message = 'input: expected an object like {"link": "dxcon-fg5678gh"}'
        raise BadInput(message)
    unknown = sorted(str(name) for name in data if name not in known)
    if unknown:
        shown = ", ".join(name[:40] for name in unknown[:5])
        message = f"{shown}: unknown; the fields are {', '.join(known)}"
        raise BadInput(message)
    if "link" not in data:
        message = "link: missing; expected the id of a connection or LAG, like dxcon-fg5678gh"
        raise BadInput(message)
    return {name: known[name](name, value) for name, value in data.items()}


def redundancy_group(tags: Mapping[str, str]) -> tuple[str, bool]:
    """Return a link's redundancy group and whether somebody declared it.

    Links of which nobody said which belong together are all in one group: one at a time.
    """
    declared = tags.get(GROUP_TAG, "").strip()
    return (declared, True) if declared else (UNDECLARED_GROUP, False)
