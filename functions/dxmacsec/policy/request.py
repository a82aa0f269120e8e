"""What a person may type, and what each field must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dxmacsec.errors import BadInput
from dxmacsec.fleet import FleetRequest
from dxmacsec.model import Request

LINK_ID = re.compile(r"dx(con|lag)-[a-z0-9]{8,17}")
VERSION_ID = re.compile(r"[A-Za-z0-9-]{32,64}")
EXECUTION_ARN = re.compile(r"arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:(express|execution):\S{1,300}")
FIELD_NAME = re.compile(r"[\w-]{1,31}", re.ASCII)
MAX_REASON = 256
MAX_LINKS = 500


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


def _links(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LINKS:
        message = f"{name}: expected a list of 1 to {MAX_LINKS} ids of connections or LAGs"
        raise BadInput(message)
    return tuple(dict.fromkeys(_link(f"{name}[{number}]", each) for number, each in enumerate(value)))


_RECOVERY_FIELDS: dict[str, Callable[[str, object], Any]] = {"execution": _execution}

_FLEET_FIELDS: dict[str, Callable[[str, object], Any]] = {
    "links": _links,
    "all": _flag,
    "reason": _reason,
    "urgent": _flag,
    "dry_run": _flag,
    "wait_for_window": _flag,
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


def recovery_request(data: object) -> str:
    """Read the input of `RecoverLink`: the ARN of the execution that died.

    Raises:
        BadInput: it is missing or malformed, or there is something else beside it.
    """
    fields = _known_fields(data, _RECOVERY_FIELDS, like='{"execution": "arn:aws:states:…"}')
    if "execution" not in fields:
        message = "execution: missing; expected the ARN of an execution of RotateKey or EnforceEncryption"
        raise BadInput(message)
    return str(fields["execution"])


def fleet_request(data: object) -> FleetRequest:
    """Read the input of `RotateFleet`: `{}` (who is due), `{"links": […]}` or `{"all": true}`.

    Raises:
        BadInput: a field is unknown or malformed, links are named and all are asked for, or a run is urgent
            and shall wait.
    """
    request = FleetRequest(**_known_fields(data, _FLEET_FIELDS, like='{} or {"links": ["dxcon-fg5678gh"]}'))
    if request.links and request.all:
        message = "all: expected no links beside it"
        raise BadInput(message)
    if request.urgent and request.wait_for_window:
        message = "wait_for_window: expected no urgent beside it"
        raise BadInput(message)
    return request


def _fields(data: object, known: Mapping[str, Callable[[str, object], Any]]) -> dict[str, Any]:
    fields = _known_fields(data, known, like='{"link": "dxcon-fg5678gh"}')
    if "link" not in fields:
        message = "link: missing; expected the id of a connection or LAG, like dxcon-fg5678gh"
        raise BadInput(message)
    return fields


def _known_fields(data: object, known: Mapping[str, Callable[[str, object], Any]], *, like: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        message = f"input: expected an object like {like}"
        raise BadInput(message)
    unknown = sorted(str(name) for name in data if name not in known)
    if unknown:
        shown = ", ".join(name for name in unknown if FIELD_NAME.fullmatch(name)) or "a field whose name is not shown"
        message = f"{shown[:200]}: unknown; the fields are {', '.join(known)}"
        raise BadInput(message)
    return {name: known[name](name, value) for name, value in data.items()}
