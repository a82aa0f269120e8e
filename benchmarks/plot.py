"""The picture of what grows: time, memory and calls over the number of links, both axes logarithmic.

On such axes what grows in proportion is a straight line of slope one, wherever it lies; the dashed line is one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from benchmarks.figures import Figure
from benchmarks.words import number
from sandbox.demo.canvas import Canvas
from sandbox.demo.palette import FONT

WIDTH: Final = 1080
HEIGHT: Final = 420
EDGE: Final = 24
TOP, BOTTOM = 132, 62
AXIS_WIDTH: Final = 44
GAP: Final = 28
DOT: Final = 8.0

TITLE: Final = "What grows with the number of links"
SERIES: Final = ("planning", "sweeping")
PANELS: Final = (("time", "CPU time, ms"), ("memory", "memory above the start, MB"), ("Direct Connect calls", "calls"))
"""What is measured, as the figures name it after the series, and as the picture does."""

_COLOURS: Final = {
    "page": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#e6edf3"),
    "muted": ("#59636e", "#9198a1"),
    "grid": ("#d9dee4", "#2a313a"),
    "planning": ("#4653d6", "#8b95f7"),
    "sweeping": ("#c2410c", "#f0883e"),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes: where it lies, in pixels, and the powers of ten between which it shows values."""

    left: float
    width: float
    across: tuple[int, int]
    up: tuple[int, int]

    def x(self, links: float) -> float:
        """Return where so many links are."""
        return self.left + (math.log10(links) - self.across[0]) / (self.across[1] - self.across[0]) * self.width

    def y(self, value: float) -> float:
        """Return where a value is."""
        share = (math.log10(value) - self.up[0]) / (self.up[1] - self.up[0])
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


Points = dict[int, float]


def picture(figures: Iterable[Figure]) -> str:
    """Return the SVG text: self-contained, and readable in light and in dark."""
    grown = {(each.what, each.links): each.value for each in figures if each.links and each.area == "fleet"}
    lines = {
        (name, what): {links: value for (of, links), value in grown.items() if of == f"{name}: {what}"}
        for name in SERIES
        for what, _ in PANELS
    }
    canvas = Canvas(WIDTH, HEIGHT, title=TITLE, description=_said(lines), style=_style())
    canvas.box(0, 0, (WIDTH, HEIGHT), "page")
    canvas.text(EDGE, 40, TITLE, "ink title")
    canvas.text(EDGE, 62, _said(lines), "muted")
    _legend(canvas)
    width = (WIDTH - 2 * EDGE - (len(PANELS) - 1) * GAP) / len(PANELS)
    for place, (what, words) in enumerate(PANELS):
        of_panel = {name: lines[name, what] for name in SERIES if lines[name, what]}
        if of_panel:
            _panel(canvas, words, of_panel, EDGE + place * (width + GAP), width)
    return canvas.written()


def _said(lines: dict[tuple[str, str], Points]) -> str:
    """Say in words what the picture shows: the largest of each."""
    said: list[str] = []
    for name in SERIES:
        ends = [max(lines[name, what].items()) for what, _ in PANELS if lines[name, what]]
        if len(ends) == len(PANELS):
            links, (time, memory, calls) = ends[0][0], (number(value) for _, value in ends)
            said.append(f"{name} {links:,} links takes {time} ms, {memory} MB and {calls} calls")
    words = "; ".join(said)
    return words[:1].upper() + words[1:]


def _legend(canvas: Canvas) -> None:
    x: float = EDGE
    for name in SERIES:
        canvas.line((x, 88), (x + 24, 88), f"series {name}")
        _dot(canvas, x + 12, 88, name)
        canvas.text(x + 32, 92, name, "ink small")
        x += 104
    canvas.line((x, 88), (x + 24, 88), "guide")
    canvas.text(x + 32, 92, "in proportion to the links", "ink small")


def _panel(canvas: Canvas, words: str, lines: dict[str, Points], left: float, width: float) -> None:
    links = [each for points in lines.values() for each in points]
    values = [value for points in lines.values() for value in points.values()]
    panel = Panel(left + AXIS_WIDTH, width - AXIS_WIDTH - DOT, _decades(links), _decades(values))
    canvas.text(left, TOP - 16, words, "ink name")
    for power in range(panel.across[0], panel.across[1] + 1):
        x = panel.x(10**power)
        canvas.line((x, TOP), (x, HEIGHT - BOTTOM), "grid")
        canvas.text(x, HEIGHT - BOTTOM + 18, f"{10**power:,}", "muted small", "middle")
    for power in range(panel.up[0], panel.up[1] + 1):
        y = panel.y(10.0**power)
        canvas.line((panel.left, y), (panel.left + panel.width, y), "grid")
        canvas.text(panel.left - 8, y + 4, f"{10.0**power:,g}", "muted small", "end")
    canvas.text(panel.left + panel.width, HEIGHT - BOTTOM + 38, "links", "muted small", "end")
    _guide(canvas, panel, *max((most, points[most]) for points in lines.values() for most in [max(points)]))
    for name, points in lines.items():
        _line(canvas, panel, name, points)


def _decades(values: Iterable[float]) -> tuple[int, int]:
    """Return the powers of ten around some values, at least one of them apart."""
    powers = [math.log10(value) for value in values]
    low = math.floor(min(powers))
    return low, max(low + 1, math.ceil(max(powers)))


def _guide(canvas: Canvas, panel: Panel, links: int, value: float) -> None:
    """Draw what would grow in proportion and ends where the greater line does."""
    lowest = max(10.0 ** panel.across[0], links * 10.0 ** panel.up[0] / value)
    start = (panel.x(lowest), panel.y(value * lowest / links))
    canvas.line(start, (panel.x(links), panel.y(value)), "guide")


def _line(canvas: Canvas, panel: Panel, name: str, points: Points) -> None:
    places = [(panel.x(links), panel.y(value)) for links, value in sorted(points.items())]
    for start, end in pairwise(places):
        canvas.line(start, end, f"series {name}")
    for (links, value), (x, y) in zip(sorted(points.items()), places, strict=True):
        _dot(canvas, x, y, name, f"{name} {links:,} links: {number(value)}")


def _dot(canvas: Canvas, x: float, y: float, name: str, tip: str = "") -> None:
    """Paint a point: round for one series and square for the other, for those who can't tell the colours."""
    radius = DOT / 2 if name == SERIES[0] else 0
    canvas.box(x - DOT / 2, y - DOT / 2, (DOT, DOT), f"dot {name}", radius=radius, tip=tip)


def _style() -> str:
    return f"""{_rules(0)}@media (prefers-color-scheme: dark) {{
{_rules(1)}}}
text {{ font-family: {FONT}; font-size: 12px; }}
.title {{ font-size: 20px; font-weight: 650; }}
.name {{ font-size: 14px; font-weight: 650; }}
.small {{ font-size: 11px; }}
.grid {{ stroke-width: 1px; }}
.guide {{ stroke-width: 1.5px; stroke-dasharray: 4 4; }}
.series {{ stroke-width: 2.5px; }}
.dot {{ stroke-width: 2px; }}
"""


def _rules(which: int) -> str:
    of = {name: colours[which] for name, colours in _COLOURS.items()}
    fills = "".join(f".{name} {{ fill: {of[name]}; }}\n" for name in ("page", "ink", "muted", *SERIES))
    strokes = "".join(f".series.{name} {{ stroke: {of[name]}; }}\n" for name in SERIES)
    lines = f".grid {{ stroke: {of['grid']}; }}\n.guide {{ stroke: {of['muted']}; }}\n"
    return f"{fills}{strokes}{lines}.dot {{ stroke: {of['page']}; }}\n"
