"""The timeline drawn in the terminal: one row a key, one for the mode, one for the traffic, over one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Group
from rich.text import Text

from sandbox.demo.sights import short
from sandbox.demo.timeline import LEGEND, SPOKEN, KeyRow, Lane, Stretch, Timeline

LABEL_WIDTH: Final = 10
GLYPHS: Final[dict[str, tuple[str, str]]] = {
    "asked": ("·", "yellow"),
    "associated": ("▂", "blue"),
    "in use": ("▆", "bright_blue"),
    "must_encrypt": ("━", "cyan"),
    "should_encrypt": ("╌", "yellow"),
    "no_encrypt": ("_", "bold red"),
    "encrypted": ("▆", "green"),
    "clear": ("░", "yellow"),
    "dropped": ("×", "bold red"),  # noqa: RUF001 - a cross, as drawn
}
"""Glyphs differ in more than colour: the drawing reads the same without any."""


def drawn(timeline: Timeline, width: int) -> Group:
    """Return the timeline as lines no wider than `width` cells."""
    cells = max(20, width - LABEL_WIDTH - 2)
    lines: list[Text] = []
    for lane in timeline.lanes:
        lines += _lane(timeline, lane, cells)
    return Group(*lines, *_axis(timeline, cells), Text(), *_legend())


def _lane(timeline: Timeline, lane: Lane, cells: int) -> list[Text]:
    title = Text.assemble((lane.link.name, "bold"), (f"  {lane.link.id}  {lane.link.kind}", "dim"))
    rows = [_row(timeline, short(key.ckn), key.stretches, cells, _leaving(key)) for key in lane.keys]
    below = [_row(timeline, "mode", lane.modes, cells), _row(timeline, "traffic", lane.traffic, cells)]
    return [title, *rows, *below, Text()]


def _leaving(key: KeyRow) -> str:
    return "" if key.removed_at is None else " removed"


def _row(timeline: Timeline, label: str, stretches: Sequence[Stretch], cells: int, note: str = "") -> Text:
    """Draw stretches, the later over the earlier; one too short for a cell still gets one."""
    row: list[str | None] = [None] * cells
    for stretch in stretches:
        first = _cell(timeline, stretch.start, cells)
        for index in range(first, max(first + 1, _cell(timeline, stretch.end, cells))):
            row[min(index, cells - 1)] = stretch.what
    text = Text.assemble((f"{label:>{LABEL_WIDTH}} ", "dim"), no_wrap=True)
    for what in row[: _last(row) + 1]:
        glyph, style = GLYPHS[what] if what else (" ", "")
        text.append(glyph, style)
    return text.append(note[: cells - _last(row) - 1], "dim")


def _last(row: Sequence[str | None]) -> int:
    return max((index for index, what in enumerate(row) if what), default=-1)


def _cell(timeline: Timeline, second: float, cells: int) -> int:
    return round((second - timeline.start) / timeline.seconds * cells)


def _axis(timeline: Timeline, cells: int) -> list[Text]:
    line, numbers = ["─"] * cells, [" "] * cells
    for tick in timeline.ticks(max(2, cells // 8)):
        at = min(_cell(timeline, tick, cells), cells - 1)
        line[at] = "┴"
        label = f"{tick} s"
        if at + len(label) <= cells:
            numbers[at : at + len(label)] = label
    indent = " " * (LABEL_WIDTH + 1)
    return [Text(indent + "".join(line), "dim"), Text(indent + "".join(numbers).rstrip(), "dim")]


def _legend() -> list[Text]:
    lines = []
    for subject, whats in LEGEND.items():
        line = Text.assemble((f"{subject:>{LABEL_WIDTH}} ", "dim"))
        for what in whats:
            glyph, style = GLYPHS[what]
            line.append(glyph * 2, style).append(f" {SPOKEN.get(what, what)}   ")
        lines.append(line)
    return lines
