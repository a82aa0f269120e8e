"""`dxmacsec status`: how all links stand, or one with its whole story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import own_id
from cli.ending import Ending
from cli.links.document import States, fleet
from cli.links.table import FleetTable
from cli.links.told import LinkStory, read_story
from cli.printing import show
from cli.records.executions import ExecutionReader
from dxmacsec.compliance import Status
from dxmacsec.steps.view_links import view_links

if TYPE_CHECKING:
    from cli.account import Account
    from dxmacsec.interfaces import LinkView

JSON_OPTION = typer.Option("--json", help="One JSON document on stdout instead of a table.")
CHECK_OPTION = typer.Option("--check", help="End with exit code 6 when a link shown is not compliant.")


def status(
    context: typer.Context,
    link: Annotated[str | None, typer.Argument(help="dxcon-… or dxlag-…; without it, all links.")] = None,
    *,
    as_json: Annotated[bool, JSON_OPTION] = False,
    check: Annotated[bool, CHECK_OPTION] = False,
) -> None:
    """Show how all links stand, the most urgent first; or one link with its whole story."""
    account: Account = context.obj.account
    views = _one(account, link, as_json=as_json) if link else _all(account, as_json=as_json)
    if check and any(view.standing and view.standing.status is Status.NON_COMPLIANT for view in views):
        raise typer.Exit(Ending.NOT_COMPLIANT)


def _all(account: Account, *, as_json: bool) -> tuple[LinkView, ...]:
    views, now = view_links(account.world, account.stories), account.world.clock.now()
    states = _states(views, ExecutionReader(account.client("stepfunctions")))
    show(fleet(views, states, account.home, now), FleetTable(views, states, account.home, now), as_json=as_json)
    return views


def _one(account: Account, link: str, *, as_json: bool) -> tuple[LinkView, ...]:
    reader = ExecutionReader(account.client("stepfunctions"))
    story = read_story(own_id(account, link), account.world, account.stories, lambda view: _states((view,), reader))
    show(story.document(account.home), LinkStory(story), as_json=as_json)
    return (story.view,)


def _states(views: tuple[LinkView, ...], reader: ExecutionReader) -> States:
    """Return in which state every execution is that holds a link: one call for each."""
    owners = {owner.execution for view in views for owner in (view.rotating, view.acting) if owner}
    read = {arn: reader.now_in(arn) for arn in sorted(owners)}
    return {arn: state for arn, state in read.items() if state}
