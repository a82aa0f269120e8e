"""A router task as a letter to people: what to do, until when, and what to type to answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from shlex import quote
from typing import Any

from dxmacsec.model import RouterTaskKind
from dxmacsec.policy import commands
from dxmacsec.policy.letters import Words, framed

CKN_TO_FILL_IN = "CKN-IN-USE"
NAME_TO_FILL_IN = "YOUR-NAME"

ONE_MORE = "Adding one more key changes nothing for the traffic."
FIRST = "It has no key that this one follows; adding it changes nothing for the traffic."
MOVES = "AWS holds both keys. A router that must drop the old key to move may lose some seconds."
COMES_UP = "AWS holds this key, and none that it follows: encryption comes up with it."
SHOULD_MOVE = "It should run on the new key; the old one is still in place at both ends."
SHOULD_RUN = "It should run on the new key, the only one."
ASKS_ONLY = "There is no new key yet: the answer says which key may make room for one."
MOVED = "It should run on the new key; AWS holds the old ones no more."

NOTED = "If nobody answers in time, the rotation ends well and notes that they are still there."
STOPS = "If nobody answers in time, the rotation stops: "

HOW = (
    f"look at the router, then answer with the CKN that is in use on EVERY port: 64 hexadecimal digits in place of "
    f"each {CKN_TO_FILL_IN}, or none where no key is in use (with aws: null without quotes)."
)


def router_letter(message: dict[str, Any]) -> str:
    """Return the text for people; it says where the CAK is to be read and never holds it."""
    kind = RouterTaskKind(message["task"])
    return framed(
        Words(
            happened=message["what"],
            line=f"{message['line']} {_means(kind, message)}",
            did=_unanswered(kind, message),
            todo=HOW,
            until=_until(message),
            commands=(*_own(message), commands.answer_failed(message["task_id"])),
            by_aws=(_success(message), _failure(message)),
            lists=_keys(message),
            facts={
                "Link": f"{message['link']} ({message['link_kind']})",
                "Ports": ", ".join(message["ports"]),
                "Rotation": message["rotation"],
                "Task": f"{message['task_id']} ({message['task']})",
            },
        )
    )


def _means(kind: RouterTaskKind, message: dict[str, Any]) -> str:
    """Say what the task is to the line; a first key follows none, and the first question comes before any new key."""
    if kind is RouterTaskKind.REMOVE:
        return MOVED
    if not message["ckn"]:
        return ASKS_ONLY
    followed, alone = {
        RouterTaskKind.INSTALL: (ONE_MORE, FIRST),
        RouterTaskKind.PROVE: (MOVES, COMES_UP),
        RouterTaskKind.CONFIRM: (SHOULD_MOVE, SHOULD_RUN),
    }[kind]
    return followed if message["old_ckns"] else alone


def _unanswered(kind: RouterTaskKind, message: dict[str, Any]) -> str:
    if kind is RouterTaskKind.REMOVE:
        return NOTED
    if not message["ckn"]:
        return f"{STOPS}every key stays, and no new one was made."
    keys = "both keys stay" if message["old_ckns"] else "the new key stays"
    return f"{STOPS}{keys}, and the same pair is used the next time."


def router_subject(message: dict[str, Any]) -> str:
    """Return the letter's subject."""
    return f"dxmacsec: {message['task']} on the router of {message['link']}, until {_until(message)}"


def _until(message: dict[str, Any]) -> str:
    """Return the deadline as people read it, cut to the minute: what is shown is never too late."""
    return f"{datetime.fromisoformat(message['deadline']).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _keys(message: dict[str, Any]) -> dict[str, list[str]]:
    """Return the lines about the keys that the task is about, and for a new one where it is read."""
    lines = [f"Old CKN:  {ckn}" for ckn in message["old_ckns"]]
    if message["ckn"]:
        lines.append(f"CKN:      {message['ckn']}")
    if message["task"] != RouterTaskKind.INSTALL:
        return {"Keys": lines}
    secret, version = quote(message["key_secret"]), quote(message["version_id"])
    asked = f"--secret-id {secret} --version-id {version} --query SecretString --output text"
    return {
        "Keys": lines,
        "The pair, CKN and CAK, is read with (never paste a CAK into a ticket or a chat)": [
            f"aws secretsmanager get-secret-value {asked}"
        ],
        "The lines for your router's platform": [f"dxmacsec router-config {message['link']} --platform ..."],
    }


def _own(message: dict[str, Any]) -> tuple[str, ...]:
    """Return the command that answers: one CKN where all ports use the same, else port by port."""
    ports = tuple(message["ports"])
    same = commands.answer(message["task_id"], CKN_TO_FILL_IN)
    return (same, commands.answer(message["task_id"], CKN_TO_FILL_IN, ports)) if len(ports) > 1 else (same,)


def _success(message: dict[str, Any]) -> str:
    """Return the command that answers; the CKN is left open, so that nobody answers without looking."""
    ports = dict.fromkeys(message["ports"], CKN_TO_FILL_IN)
    answer = json.dumps({"task_id": message["task_id"], "ports": ports, "by": NAME_TO_FILL_IN})
    return (
        f"aws stepfunctions send-task-success --task-token {quote(message['task_token'])} --task-output {quote(answer)}"
    )


def _failure(message: dict[str, Any]) -> str:
    return (
        f"aws stepfunctions send-task-failure --task-token {quote(message['task_token'])}"
        " --error RouterFailed --cause 'what happened'"
    )
