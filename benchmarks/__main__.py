"""`python -m benchmarks`: measure, compare with the aims, print a table or one JSON document."""

from __future__ import annotations

import json
import logging
import sys
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import progress, readme
from benchmarks.areas import AREAS, Area, name_of
from benchmarks.document import document
from benchmarks.figures import Figure
from benchmarks.words import terminal

NAMES = tuple(name_of(area) for area in AREAS)
MOST_SECONDS = 420
"""What one area has; an area that needs more is broken, or the machine is."""


def main(
    only: Annotated[list[str] | None, typer.Option(help=f"An area: {', '.join(NAMES)}; default: all.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead of the table.")] = False,
    into_readme: Annotated[
        bool, typer.Option("--readme", help="Write the record, the tables of README and docs, and the picture, too.")
    ] = False,
) -> None:
    """Measure the figures of the README; ends with 1 when an aim is missed, with 2 when an area takes too long."""
    unknown = [area for area in only or () if area not in NAMES]
    if unknown:
        message = f"expected one of {', '.join(NAMES)}, got {', '.join(unknown)}"
        raise typer.BadParameter(message, param_hint="--only")
    try:
        figures = measured([area for area in AREAS if not only or name_of(area) in only])
    except progress.TookTooLong as error:
        Console(stderr=True).print(str(error))
        raise typer.Exit(2) from error
    if into_readme:
        readme.write(readme.keep(figures))
    if as_json:
        print(json.dumps(document(figures), indent=2))  # noqa: T201 - what was asked for
    else:
        for part in terminal(figures):
            Console().print(part, highlight=False)
    raise typer.Exit(any(figure.met is False for figure in figures))


def measured(areas: list[Area]) -> list[Figure]:
    """Measure the areas one after the other, with progress on stderr; what the functions log is left out.

    Raises:
        TookTooLong: an area did not end in its time.
    """
    figures: list[Figure] = []
    with progress.shown(len(areas)) as done:
        for area in areas:
            progress.tell(name_of(area))
            with progress.at_most(MOST_SECONDS, name_of(area)), progress.quiet_stdout():
                figures += area.measure()
            done()
    return figures


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    typer.run(main)
