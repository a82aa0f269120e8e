"""Router tasks that wait: where they are found, what people see of them, and what an answer must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.ending import CliError, Ending
from dxmacsec.errors import BadInput
from dxmacsec.model import HEX_64, RouterTaskKind, same_ckn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cli.account import Account
    from dxmacsec.interfaces import TaskRow

NONE = "none"
"""What a person types for a port that uses no key."""

FILL_IN = "CKN-IN-USE"


def waiting_tasks(account: Account, link: str | None = None) -> tuple[TaskRow, ...]:
    """Return the router tasks that wait, of one link or of all, the first deadline first.

    Only a link that is being rotated has any, so only those are read.
    """
    links = [link] if link else [each.id for each in account.world.direct_connect.links() if each.macsec_capable]
    rotating = account.world.fleet_ledger.rotating(links, ())
    tasks = (task for each in links if each in rotating for task in account.stories.tasks(each))
    return tuple(sorted(tasks, key=lambda task: (task.deadline, task.task_id)))


def task_document(task: TaskRow) -> dict[str, Any]:
    """Return what a program may know of a task: everything but its token, which is the right to answer."""
    return {
        "task": task.task_id,
        "kind": task.kind,
        "link": task.link,
        "rotation": task.rotation,
        "ports": ports_of(task),
        "ckn": task.message.get("ckn"),
        "old_ckns": list(task.message.get("old_ckns", ())),
        "sent_at": task.sent_at,
        "deadline": task.deadline,
        "what": task.message.get("what", ""),
        "answer": answer_command(task),
    }


def ports_of(task: TaskRow) -> list[str]:
    """Return the ports that the task asks about."""
    return list(task.message["ports"])


def answer_command(task: TaskRow) -> str:
    """Return the command that answers; the CKN is left open, so that nobody answers without looking."""
    return f"dxmacsec answer {task.task_id} --ckn {FILL_IN}"


def answered_ports(task: TaskRow, everywhere: str | None, by_port: Sequence[str]) -> dict[str, str | None]:
    """Return the CKN in use on exactly the task's ports, as `--ckn` and `--port` say; None for `none`.

    Raises:
        BadInput: a CKN is none, a port is said twice, or nothing is said of a port.
        CliError: a port is not one of the task's.
    """
    asked, said = ports_of(task), _by_port(by_port)
    foreign = sorted(said.keys() - set(asked))
    if foreign:
        raise CliError(
            Ending.REFUSED,
            f"{', '.join(foreign)}: not asked about; {task.task_id} is about {', '.join(asked)}.",
            "dxmacsec tasks",
        )
    given = {port: said.get(port, everywhere) for port in asked}
    silent = [port for port, ckn in given.items() if ckn is None]
    if silent:
        message = f"{', '.join(silent)}: say the CKN in use, with --ckn for all ports or --port {silent[0]}=CKN"
        raise BadInput(message)
    return {port: _ckn(ckn) for port, ckn in given.items() if ckn is not None}


def surprises(task: TaskRow, ports: Mapping[str, str | None]) -> list[str]:
    """Say which ports are on another key than the task would lead one to expect.

    After *install* the old key is still in use; after *prove*, at *confirm* and after *remove* it is the new one.
    """
    ckn, old = task.message.get("ckn"), list(task.message.get("old_ckns", ()))
    expected = [ckn, *old] if task.kind is RouterTaskKind.INSTALL else [ckn]
    if ckn is None or (task.kind is RouterTaskKind.INSTALL and not old):
        return []
    return [
        f"{port} is on {used or 'no key'}; the task is about {ckn}."
        for port, used in ports.items()
        if used is None or not any(same_ckn(used, each) for each in expected if each)
    ]


def _by_port(given: Sequence[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for each in given:
        port, equals, ckn = each.partition("=")
        if not equals or port in said:
            message = f"--port {each[:40]}: expected one PORT=CKN for each port, like dxcon-fg5678gh=CKN"
            raise BadInput(message)
        said[port] = ckn
    return said


def _ckn(given: str) -> str | None:
    if given.lower() == NONE:
        return None
    if not HEX_64.fullmatch(given):
        message = f"CKN: expected 64 hexadecimal digits or the word {NONE}, got {len(given)} characters"
        raise BadInput(message)
    return given.lower()
