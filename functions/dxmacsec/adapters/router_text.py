"""A router task as a letter to people: what to do, until when, and what to type to answer."""

from __future__ import annotations

import json
from shlex import quote
from typing import Any

from dxmacsec.model import RouterTaskKind

CKN_TO_FILL_IN = "CKN-IN-USE"
NAME_TO_FILL_IN = "YOUR-NAME"

LETTER = """\
{what}

Link:     {link} ({link_kind})
Ports:    {ports}
Until:    {deadline}
Rotation: {rotation}
Task:     {task_id} ({task})
{key}
When it is done, look at the router, and answer with the CKN that is in use on EVERY port
(64 hexadecimal digits, or null without quotes where none is in use). Replace each {fill_ckn}:

{success}

If it can't be done, both keys stay, and you say why:

{failure}
"""

KEY_TO_INSTALL = """\
CKN:      {ckn}

The pair, CKN and CAK, is in Secrets Manager; never paste the CAK into a ticket or a chat:

{read}
"""


def router_letter(message: dict[str, Any]) -> str:
    """Return the text for people; it says where the CAK is to be read and never holds it."""
    return LETTER.format(
        **{**message, "ports": ", ".join(message["ports"])},
        key=_key(message),
        fill_ckn=CKN_TO_FILL_IN,
        success=_success(message),
        failure=_failure(message),
    )


def router_subject(message: dict[str, Any]) -> str:
    """Return the letter's subject."""
    return f"dxmacsec: {message['task']} on the router of {message['link']}, until {message['deadline']}"


def _key(message: dict[str, Any]) -> str:
    """Return the lines about the keys that the task is about."""
    lines = [f"Old CKN:  {ckn}\n" for ckn in message["old_ckns"]]
    if message["task"] == RouterTaskKind.INSTALL:
        lines.append(KEY_TO_INSTALL.format(ckn=message["ckn"], read=_read(message)))
    elif message["ckn"]:
        lines.append(f"CKN:      {message['ckn']}\n")
    return "".join(lines)


def _read(message: dict[str, Any]) -> str:
    return (
        f"aws secretsmanager get-secret-value --secret-id {quote(message['key_secret'])}"
        f" --version-id {quote(message['version_id'])} --query SecretString --output text"
    )


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
