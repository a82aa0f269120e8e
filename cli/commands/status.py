"""`dxmacsec status`: how all links stand, or one with its whole story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cli.printing import show
from dxmacsec.steps.view_links import view_link, view_links

if TYPE_CHECKING:
    from dxmacsec.interfaces import LinkView

JSON_OPTION = typer.Option("--json", help="One JSON document on stdout instead of a table.")


def status(
    context: typer.Context,
    link: Annotated[str | None, typer.Argument(help="dxcon-… or dxlag-…; without it, all links.")] = None,
    *,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Show how the links stand."""
    account = context.obj.account
    views = (view_link(link, account.world, account.stories),) if link else view_links(account.world, account.stories)
    show(views, _table(views), as_json=as_json)


def _table(views: tuple[LinkView, ...]) -> Table:
    table = Table("link", "kind", "location", "mode", "verdict", box=None)
    for view in views:
        reason = view.standing.reasons[0] if view.standing else "-"
        table.add_row(view.link.id, view.link.kind, view.link.location, view.link.mode or "-", reason)
    return table
