"""`dxmacsec tasks`: what the customer's routers are asked to do, until when, and how to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group
from rich.text import Text

from cli.asking import link_id
from cli.printing import show
from cli.router_tasks import answer_command, ports_of, task_document, waiting_tasks
from cli.words import by
from dxmacsec.model import RouterTaskKind

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import RenderableType

    from dxmacsec.interfaces import TaskRow

SOON_SECONDS = 3_600


def tasks(
    context: typer.Context,
    link: Annotated[str | None, typer.Argument(help="dxcon-… or dxlag-…; without it, all links.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead.")] = False,
) -> None:
    """Show the router tasks that wait for an answer."""
    account = context.obj.account
    found = waiting_tasks(account, link_id(account, link) if link else None)
    shown = tasks_shown(found, account.world.clock.now())
    show([task_document(task) for task in found], shown, as_json=as_json, unbroken=True)


def tasks_shown(found: tuple[TaskRow, ...], now: datetime) -> RenderableType:
    """Return the tasks one under the other: a CKN and a command are too long for a table's column."""
    if not found:
        return Text("No router task waits for an answer.")
    return Group(*(_shown(task, now) for task in found))


def _shown(task: TaskRow, now: datetime) -> Text:
    left = (task.deadline - now).total_seconds()
    urgency = "bold red" if left < 0 else "bold yellow" if left < SOON_SECONDS else "bold"
    shown = Text.assemble((f"{task.kind} on the router of {task.link}", "bold"), "\n")
    lines = {
        "until": (by(task.deadline, now), urgency),
        "do": (str(task.message.get("what", "")), ""),
        "ports": (", ".join(ports_of(task)), ""),
        "CKN": (task.message.get("ckn") or "", ""),
        "old CKN": ("\n           ".join(task.message.get("old_ckns", ())), ""),
        "lines": (_router_lines(task), "cyan"),
        "task": (task.task_id, ""),
    }
    for name, (value, style) in lines.items():
        if value:
            shown.append(f"  {name:<9}", style="dim").append(f"{value}\n", style=style)
    # Alone on its line, so that it can be copied whole.
    return shown.append(f"{answer_command(task)}\n", style="cyan")


def _router_lines(task: TaskRow) -> str:
    """Return the command that shows what to type at the router; *confirm* only looks."""
    if task.kind is RouterTaskKind.CONFIRM:
        return ""
    return f"dxmacsec router-config {task.link} --platform PLATFORM"
