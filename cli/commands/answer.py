"""`dxmacsec answer`: say what the router does now, or why it can't be done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import ClientError
from rich.text import Text

from cli.account import refused
from cli.asking import caller, confirm, reason, short_caller
from cli.ending import CliError, Ending
from cli.printing import show
from cli.router_tasks import answered_ports, surprises, waiting_tasks
from dxmacsec.errors import BadInput
from dxmacsec.model import RouterTaskKind, without_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cli.account import Account
    from dxmacsec.interfaces import TaskRow

DEAD = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What Step Functions says of a token whose task is over."""


def answer(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help="The task's id, as `dxmacsec tasks` shows it.")],
    ckn: Annotated[str | None, typer.Option(help="CKN in use on every port; none where no key is in use.")] = None,
    port: Annotated[list[str] | None, typer.Option(help="PORT=CKN, for a port on another key; repeat it.")] = None,
    failed: Annotated[str | None, typer.Option(help="Why it can't be done: both keys stay.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask when the CKN is a surprise.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Answer a router task with the CKN in use on each of its ports, as the router itself shows it."""
    account = context.obj.account
    if (failed is None) == (ckn is None and not port):
        message = "answer: expected --ckn CKN (and --port PORT=CKN), or --failed WHY"
        raise BadInput(message)
    why = None if failed is None else _without_a_key(reason(failed))
    found = _waiting(task, account)
    if why is not None:
        _fail(found, why, account)
        result, sentence = "failed", "Told that it can't be done. Both keys stay; the rotation ends."
    else:
        ports = answered_ports(found, ckn, port or ())
        _ask_about_surprises(found, ports, yes=yes)
        _succeed(found, ports, account)
        result, sentence = "answered", "Answered; the rotation goes on."
    follow = f"dxmacsec status {found.link}"
    document = {"task": found.task_id, "link": found.link, "rotation": found.rotation, "result": result}
    show(document, Text.assemble((sentence, "bold"), f"\n{follow}"), as_json=as_json, unbroken=True)


def _without_a_key(why: str) -> str:
    """Return why it can't be done, which letters, the record and an event will repeat.

    Raises:
        BadInput: it may hold a CAK; the message does not show it.
    """
    if without_keys(why, len(why)) != why:
        message = "--failed: that looks like a key, and was not sent. Name a CKN by its first 8 digits, a CAK never"
        raise BadInput(message)
    return why


def _waiting(task_id: str, account: Account) -> TaskRow:
    """Return the task of an id.

    Raises:
        CliError: nobody waits for it; it says whether it ever was one.
    """
    waits = waiting_tasks(account)
    found = next((each for each in waits if each.task_id == task_id), None)
    if found is not None:
        return found
    rotation = task_id.rsplit(".", 2)[0]
    run = account.world.rotations.run(rotation) if rotation != task_id else None
    if run is None:
        raise CliError(Ending.NOT_FOUND, f"There is no router task {task_id}.", "dxmacsec tasks")
    now = f"its rotation ended {run.status} {run.error}".rstrip() if run.ended_at else "it was answered or gave up"
    raise CliError(Ending.REFUSED, f"Nobody waits for {task_id} any more: {now}.", "dxmacsec tasks")


def _ask_about_surprises(task: TaskRow, ports: dict[str, str | None], *, yes: bool) -> None:
    told = surprises(task, ports)
    for line in told:
        typer.echo(line, err=True)
    if told:
        judged = task.kind in (RouterTaskKind.PROVE, RouterTaskKind.CONFIRM)
        then = " Then the rotation ends FAILED, and both keys stay." if judged else ""
        question = f"Is that what the router shows?{then} Answer so?"
        confirm(question, yes=yes, otherwise="Nothing was answered; the task still waits.")


def _succeed(task: TaskRow, ports: dict[str, str | None], account: Account) -> None:
    said = {"task_id": task.task_id, "ports": ports, "by": short_caller(caller(account))}
    client = account.client("stepfunctions")
    _send(task, lambda: client.send_task_success(taskToken=task.token, output=json.dumps(said)))


def _fail(task: TaskRow, why: str, account: Account) -> None:
    cause = f"{why} (said by {caller(account)})"
    client = account.client("stepfunctions")
    _send(task, lambda: client.send_task_failure(taskToken=task.token, error="RouterFailed", cause=cause))


def _send(task: TaskRow, send: Callable[[], Any]) -> None:
    """Send an answer; the token is in no message of ours.

    Raises:
        CliError: nobody waits for it any more, or AWS refused it.
    """
    try:
        send()
    except ClientError as error:
        if error.response["Error"]["Code"] not in DEAD:
            raise refused(error, f"answer {task.task_id}") from None
        over = f"Nobody waits for {task.task_id} any more: its deadline passed, or it was answered."
        raise CliError(Ending.REFUSED, over, "dxmacsec tasks") from None
