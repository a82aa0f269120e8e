"""`python -m benchmarks`: measure, compare with the aims, print a table or one JSON document."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import redirect_stdout
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import asset, cost, fleet, organisation, rotation
from benchmarks.figures import Figure, Measure

AREAS: dict[str, Measure] = {
    "rotation": rotation.measure,
    "fleet": fleet.measure,
    "organisation": organisation.measure,
    "asset": asset.measure,
    "cost": cost.measure,
}


def main(
    only: Annotated[list[str] | None, typer.Option(help=f"An area: {', '.join(AREAS)}; default: all.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead of the table.")] = False,
) -> None:
    """Measure the figures of the README; ends with 1 when an aim is missed."""
    unknown = [area for area in only or () if area not in AREAS]
    if unknown:
        message = f"expected one of {', '.join(AREAS)}, got {', '.join(unknown)}"
        raise typer.BadParameter(message, param_hint="--only")
    figures = _measured([area for area in AREAS if not only or area in only])
    if as_json:
        print(json.dumps({"schema": 1, "figures": [figure.document() for figure in figures]}, indent=2))  # noqa: T201
    else:
        Console().print(table(figures))
    raise typer.Exit(any(figure.met is False for figure in figures))


def _measured(areas: list[str]) -> list[Figure]:
    """Measure the areas one after the other, with progress on stderr; what the functions log is left out."""
    figures: list[Figure] = []
    shown = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=shown) as progress:
        for area in areas:
            task = progress.add_task(area, total=1)
            with redirect_stdout(_Nowhere()):
                figures += AREAS[area]()
            progress.update(task, completed=1)
    return figures


class _Nowhere:
    """Swallows what the functions write to stdout, which Lambda would take as their logs."""

    def write(self, text: str) -> int:
        """Take a text."""
        return len(text)

    def flush(self) -> None:
        """Do nothing."""


def table(figures: list[Figure]) -> Table:
    """Return the figures as a table; an aim that is missed says so in words."""
    shown = Table("what", "figure", "spread", "aim", "", box=None, title_justify="left", padding=(0, 1))
    area = ""
    for figure in figures:
        if figure.area != area:
            area = figure.area
            shown.add_row(f"[bold]{area}[/bold]")
        unit = f" {figure.unit}" if figure.unit and figure.unit != "ratio" else ""
        spread = "" if figure.low is None else f"{figure.low:.3g}..{figure.high:.3g}"
        aim = "" if figure.at_most is None else f"≤ {figure.at_most:g}"
        verdict = {None: "", True: "met", False: "MISSED"}[figure.met]
        shown.add_row(figure.what, f"{figure.value:.4g}{unit}", spread, aim, verdict)
        if figure.note:
            shown.add_row(f"  [dim]{figure.note}[/dim]")
    return shown


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    typer.run(main)
