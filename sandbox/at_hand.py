"""What a person does beside the product: reads the letters that came, and turns a router.

Both speak to a sandbox that serves, where AWS_ENDPOINT_URL says.
"""

from __future__ import annotations

import json
import sys
import time
from enum import StrEnum
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import typer

from sandbox.cloud.vocabulary import Json

Endpoint = Annotated[str, typer.Option(envvar="AWS_ENDPOINT_URL", help="Where the sandbox serves.", show_default=True)]
LOCALHOST = "http://localhost:4566"
LOOK_SECONDS = 1.0
RULE = "─" * 78

SESSION_SECONDS = 15.0
"""How long somebody at the router waits for a session to move: two MKA life times of 6 s, and a start."""


class Turn(StrEnum):
    """What can be done at a router."""

    SHOW = "show"
    INSTALL = "install"
    PREFER = "prefer"
    REMOVE = "remove"
    BEHAVE = "behave"


TROUBLES: dict[str, dict[str, Any]] = {
    "well": {},
    "lies": {"loses_encryption_when_old_removed": True},
    "ignores-new-keys": {"takes_key": False},
    "falls-back": {"falls_back_after_seconds": 2},
}
"""How a router may behave: `lies` names the preferred key while its sessions are on another."""


def letters(
    words: Annotated[str, typer.Argument(help="Open the newest whose subject has these words.")] = "",
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Open each that comes, until Ctrl-C.")] = False,
    endpoint: Endpoint = LOCALHOST,
) -> None:
    """List the letters that people got by SNS, or open one.

    Raises:
        BadParameter: no letter has such a subject.
    """
    seen = _ask(endpoint, "GET", "letters")
    if words:
        _open(seen, words)
    else:
        typer.echo("\n".join(letter["subject"] for letter in seen) or "No letter came.")
    while follow:
        time.sleep(LOOK_SECONDS)
        now = _ask(endpoint, "GET", "letters")
        for letter in now[len(seen) :]:
            _print(letter)
        seen = now


def router(
    link: Annotated[str, typer.Argument(help="The link at whose customer's end it stands.")],
    turn: Annotated[Turn, typer.Argument(help="What to do there.")] = Turn.SHOW,
    what: Annotated[str, typer.Argument(help="prefer and remove: a CKN; behave: how.", show_default=False)] = "",
    endpoint: Endpoint = LOCALHOST,
) -> None:
    """Log in to the router of a link: show its keys, or change them; `install` reads the pair from stdin."""
    match turn:
        case Turn.SHOW:
            shown = _ask(endpoint, "GET", f"routers/{link}")
        case Turn.INSTALL:
            shown = _ask(endpoint, "POST", f"routers/{link}/install", _pair_from_stdin())
        case Turn.PREFER:
            shown = _until_moved(endpoint, _ask(endpoint, "POST", f"routers/{link}/prefer", {"ckn": what}), what)
        case Turn.REMOVE:
            shown = _ask(endpoint, "POST", f"routers/{link}/remove", {"ckn": what})
        case Turn.BEHAVE:
            shown = _behave(endpoint, link, what)
    typer.echo("\n".join(_lines(shown)))


def _open(came: list[dict[str, str]], words: str) -> None:
    found = [letter for letter in came if words in letter["subject"]]
    if not found:
        message = f"no letter came whose subject has {words!r}"
        raise typer.BadParameter(message)
    _print(found[-1])


def _print(letter: dict[str, str]) -> None:
    typer.echo(f"{RULE}\nSubject: {letter['subject']}\n\n{letter['text']}\n{RULE}")


def _lines(shown: dict[str, Any]) -> list[str]:
    """Return what the router shows: the CKN in use on each port, and the keys that are configured."""
    ports = [f"in use on {port}: {ckn or 'none'}" for port, ckn in shown["in_use"].items()]
    return [*ports, *(f"configured: {ckn}" for ckn in shown["keys"])]


def _pair_from_stdin() -> Json:
    """Read a pair as the key secret holds it; it is never repeated.

    Raises:
        BadParameter: stdin holds no JSON.
    """
    try:
        return json.loads(sys.stdin.read())
    except ValueError:
        message = "install: expected the pair on stdin, as `aws secretsmanager get-secret-value` prints it"
        raise typer.BadParameter(message) from None


def _until_moved(endpoint: str, shown: dict[str, Any], ckn: str) -> dict[str, Any]:
    """Look until every port is on the key, for as long as a session takes; returns what the router shows then."""
    deadline = time.monotonic() + SESSION_SECONDS
    while set(shown["in_use"].values()) != {ckn} and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS / 2)
        shown = _ask(endpoint, "GET", f"routers/{shown['link']}")
    return shown


def _behave(endpoint: str, link: str, how: str) -> dict[str, Any]:
    """Give the router a trouble, or none.

    Raises:
        BadParameter: there is no such trouble.
    """
    if how not in TROUBLES:
        message = f"behave: expected one of {', '.join(TROUBLES)}, got {how!r}"
        raise typer.BadParameter(message)
    routers = _ask(endpoint, "GET", "world").get("routers", {})
    _ask(endpoint, "PATCH", "world", {"routers": {**routers, link: TROUBLES[how]}})
    return dict(_ask(endpoint, "GET", f"routers/{link}"))


def _ask(endpoint: str, method: str, route: str, document: Json = None) -> Json:
    """Ask a control route of the sandbox.

    Raises:
        BadParameter: it refused; with its own words.
        Exit: nothing serves there.
    """
    data = None if document is None else json.dumps(document).encode()
    request = Request(f"{endpoint.rstrip('/')}/_sandbox/{route}", data=data, method=method)  # noqa: S310 - the person's own URL
    try:
        with urlopen(request) as answer:  # noqa: S310 - see above
            return json.loads(answer.read())
    except HTTPError as error:
        with error:
            raise typer.BadParameter(json.loads(error.read())["message"]) from None
    except URLError as error:
        typer.echo(f"No sandbox serves at {endpoint}: {error.reason}. Start one: make serve", err=True)
        raise typer.Exit(1) from error
