"""What a person may type, and what each field must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from dxmacsec.errors import BadInput
from dxmacsec.fleet import FleetRequest
from dxmacsec.model import Request
from dxmacsec.organisation import OrganisationRequest, StopOn

LINK_ID = re.compile(r"dx(con|lag)-[a-z0-9]{8,17}")
VERSION_ID = re.compile(r"[A-Za-z0-9-]{32,64}")
EXECUTION_ARN = re.compile(r"arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:(express|execution):\S{1,300}")
FIELD_NAME = re.compile(r"[\w-]{1,31}", re.ASCII)
COORDINATED = re.compile(r"[A-Za-z0-9_.-]{1,80}")
MEMBER = re.compile(r"\d{12}/[a-z]{2,8}(-[a-z]{2,16}){1,3}-\d{1,2}", re.ASCII)
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
_run = _matching(COORDINATED, "the name of a run of the coordinator: 1 to 80 letters, digits, dots, hyphens or _")
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
    "coordinated": _run,
}


def _stop_on(name: str, value: object) -> StopOn:
    if not isinstance(value, str) or value not in tuple(StopOn):
        message = f"{name}: expected one of {', '.join(StopOn)}"
        raise BadInput(message)
    return StopOn(value)


def _members(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        message = f"{name}: expected a list of members, like 123456789012/eu-west-1"
        raise BadInput(message)
    return tuple(dict.fromkeys(_member(f"{name}[{number}]", each) for number, each in enumerate(value)))


_member = _matching(MEMBER, "an account and a Region, like 123456789012/eu-west-1")

_ORGANISATION_FIELDS: dict[str, Callable[[str, object], Any]] = {
    "members": _members,
    "dry_run": _flag,
    "sweep": _flag,
    "reason": _reason,
    "stop_on": _stop_on,
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


def organisation_request(data: object, members: Collection[str], stop_on: StopOn) -> OrganisationRequest:
    """Read the input of `RotateOrganisation`: `{}`, or some of its members; `stop_on` is what the deployer chose.

    Raises:
        BadInput: a field is unknown or malformed, a member is none of the organisation's, or a sweep is dry.
    """
    fields = _known_fields(data, _ORGANISATION_FIELDS, like='{} or {"dry_run": true}')
    request = OrganisationRequest(**{"stop_on": stop_on, **fields})
    strange = [member for member in request.members if member not in members]
    if strange:
        message = f"members: {', '.join(strange[:5])} is no member of this organisation"
        raise BadInput(message)
    if request.sweep and request.dry_run:
        message = "sweep: expected no dry_run beside it"
        raise BadInput(message)
    return request


def organisation_members(names: object) -> tuple[str, ...]:
    """Read the organisation's members, as its machine's definition has them.

    Raises:
        BadInput: one is malformed, or there is none.
    """
    return _members("members", names)


def run_id(name: object) -> str:
    """Read the name of a run of the coordinator, which goes into names in its members.

    Raises:
        BadInput: it has characters that a member would not take.
    """
    return _run("execution", name)


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
