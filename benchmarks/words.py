"""Figures in words: for the terminal, and for the tables of the documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.table import Table

from benchmarks.figures import Figure, by_area

VERDICTS = {None: "", True: "met", False: "MISSED"}
MANY = 100
"""From here on a figure is shown without a fraction."""


def number(value: float) -> str:
    """Return a number with three digits that count, or all of them where it is large."""
    if abs(value) >= MANY or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def value_of(figure: Figure) -> str:
    """Return how much it is, with its unit; a ratio has none."""
    unit = "" if figure.unit in ("", "ratio") else f" {figure.unit}"
    return f"{number(figure.value)}{unit}"


def spread_of(figure: Figure) -> str:
    """Return the least and the most that was measured."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{number(figure.low)} … {number(figure.high)}"


def aim_of(figure: Figure) -> str:
    """Return at most how much it may be."""
    return "" if figure.at_most is None else f"≤ {number(figure.at_most)}"


def terminal(figures: Iterable[Figure]) -> Iterator[Table | str]:
    """Yield a table for each area, and its notes below it; an aim that is missed says so in words."""
    for area, of_area in by_area(figures).items():
        shown = Table(area, "figure", "spread", "aim", "", box=None, padding=(0, 1))
        for figure in of_area:
            shown.add_row(figure.name, value_of(figure), spread_of(figure), aim_of(figure), VERDICTS[figure.met])
        yield shown
        yield from (f"   {figure.name}: {figure.note}" for figure in of_area if figure.note)
        yield ""


def aims_table(figures: Iterable[Figure]) -> str:
    """Return the figures that have an aim, in Markdown; what is missed is bold, with the reason."""
    rows = ["| measured | figure | aim | |", "| --- | --- | --- | --- |"]
    for figure in figures:
        if figure.met is None:
            continue
        verdict = "met" if figure.met else "**missed**" + (f": {figure.note}" if figure.note else "")
        rows.append(f"| {figure.area}: {figure.name} | {value_of(figure)} | {aim_of(figure)} | {verdict} |")
    return "\n".join(rows)


def whole_table(figures: Iterable[Figure]) -> str:
    """Return every figure of one area, in Markdown; what was measured for several sizes has a column for each."""
    every = list(figures)
    plain = [figure for figure in every if figure.links is None]
    return "\n\n".join(part for part in (_sizes([each for each in every if each.links]), _rows(plain)) if part)


def _rows(figures: list[Figure]) -> str:
    if not figures:
        return ""
    rows = ["| measured | figure | spread | aim | |", "| --- | --- | --- | --- | --- |"]
    for figure in figures:
        verdict = {None: "", True: "met", False: "**missed**"}[figure.met]
        said = "; ".join(part for part in (verdict, figure.note) if part)
        rows.append(f"| {figure.what} | {value_of(figure)} | {spread_of(figure)} | {aim_of(figure)} | {said} |")
    return "\n".join(rows)


def _sizes(figures: list[Figure]) -> str:
    if not figures:
        return ""
    sizes = sorted({figure.links for figure in figures if figure.links})
    by_place = {(figure.what, figure.links): figure for figure in figures}
    heads = [f"{size:,} link{'' if size == 1 else 's'}" for size in sizes]
    rows = [f"| measured of | {' | '.join(heads)} |", f"| --- |{' --- |' * len(sizes)}"]
    for what in dict.fromkeys(figure.what for figure in figures):
        cells = (by_place.get((what, size)) for size in sizes)
        rows.append(f"| {what} | {' | '.join(value_of(each) if each else '' for each in cells)} |")
    notes = [f"- {figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join(rows) + ("\n\n" + "\n".join(notes) if notes else "")
