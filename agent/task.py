"""A router task as the queue carries it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from agent.driver import NobodyWaitsError
from dxmacsec.model import HEX_64, LinkKind, RouterTaskKind, without_keys

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = 1
LONGEST_COMPLAINT = 1000


class RouterTaskError(Exception):
    """A message is not a router task that this agent reads; the text names every wrong field."""


def _wanted() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class RouterTask:
    """What the customer's end is asked to do, on which ports, with which key, and until when.

    `still_wanted` is no part of the message: the worker sets it, and it tells whether anybody waits for the answer,
    as the last heartbeat had it.
    """

    task: RouterTaskKind
    task_id: str
    task_token: str
    rotation: str
    link: str
    link_kind: LinkKind
    ports: tuple[str, ...]
    key_secret: str
    version_id: str | None
    ckn: str | None
    old_ckns: tuple[str, ...]
    deadline: datetime
    what: str
    still_wanted: Callable[[], bool] = field(default=_wanted, compare=False)

    def stop_if_unwanted(self) -> None:
        """Go on only while somebody waits for the answer; another rotation may be at work on the routers already.

        Raises:
            NobodyWaitsError: nobody does.
        """
        if not self.still_wanted():
            message = f"{self.task_id}: nobody waits for it any more"
            raise NobodyWaitsError(message)

    def __repr__(self) -> str:
        """Print what it is, without the token: whoever has that may answer."""
        return f"RouterTask({self.task_id}, {self.link})"


def parse_task(body: str) -> RouterTask:
    """Return the task that a message's body holds.

    Raises:
        RouterTaskError: the body is no JSON object of schema 1 with exactly the expected fields.
    """
    message = _json_object(body)
    wrong = [
        f"{without_keys(name, 40)}: unknown field" for name in sorted(message.keys() - _FIELDS.keys() - {"schema"})
    ]
    if message.get("schema") != SCHEMA:
        wrong.append(f"schema: expected {SCHEMA}")
    values: dict[str, Any] = {}
    for name, reader in _FIELDS.items():
        try:
            values[name] = reader(message[name])
        except KeyError:
            wrong.append(f"{name}: missing")
        except ValueError as error:
            wrong.append(f"{name}: {error}")
    if not wrong and values["task"] is RouterTaskKind.INSTALL and not (values["ckn"] and values["version_id"]):
        wrong.append("ckn, version_id: expected with an install task")
    if wrong:
        raise RouterTaskError(without_keys("; ".join(wrong), LONGEST_COMPLAINT))
    return RouterTask(**values)


def _json_object(body: str) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        text = "expected JSON"
        raise RouterTaskError(text) from error
    if not isinstance(message, dict):
        text = "expected a JSON object"
        raise RouterTaskError(text)
    return message


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        message = "expected text"
        raise ValueError(message)
    return value


def _ckn(value: object) -> str:
    if not isinstance(value, str) or not HEX_64.fullmatch(value):
        message = "expected 64 hexadecimal digits"
        raise ValueError(message)
    return value


def _all(item: Callable[[object], str]) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            message = "expected a list"
            raise ValueError(message)  # noqa: TRY004 - one kind of error for one kind of fault
        return tuple(item(each) for each in value)

    return read


def _maybe(item: Callable[[object], str]) -> Callable[[object], str | None]:
    return lambda value: None if value is None else item(value)


_FIELDS: dict[str, Callable[[Any], object]] = {
    "task": RouterTaskKind,
    "task_id": _text,
    "task_token": _text,
    "rotation": _text,
    "link": _text,
    "link_kind": LinkKind,
    "ports": _all(_text),
    "key_secret": _text,
    "version_id": _maybe(_text),
    "ckn": _maybe(_ckn),
    "old_ckns": _all(_ckn),
    "deadline": lambda value: datetime.fromisoformat(_text(value)),
    "what": _text,
}
