"""The timeline as an SVG file: for each link what was done to it, its keys, its mode, and its traffic."""

from __future__ import annotations

from typing import Final

from sandbox.demo.canvas import Canvas
from sandbox.demo.palette import stylesheet
from sandbox.demo.sights import short
from sandbox.demo.timeline import LEGEND, SPOKEN, KeyRow, Lane, Stretch, Timeline

WIDTH: Final = 1080
EDGE: Final = 24
PLOT_LEFT: Final = 248
PLOT_RIGHT: Final = WIDTH - EDGE - 20
HEADER: Final = 112
FOOTER: Final = 48
PHASE_HEIGHT: Final = 17
KEY_HEIGHT, KEY_PITCH = 15, 21
STRIP_HEIGHT, STRIP_PITCH = 8, 14
PADDING, GAP = 14, 10
LETTER_WIDTH: Final = 5.6
"""Pixels of a letter in small type, wide ones and narrow ones taken together."""

TITLE: Final = "The lives of the keys"


def picture(timeline: Timeline) -> str:
    """Return the SVG text: self-contained, and readable in light and in dark."""
    height = HEADER + sum(_height(lane) + GAP for lane in timeline.lanes) + FOOTER
    canvas = Canvas(WIDTH, height, title=TITLE, description=_summary(timeline), style=stylesheet())
    canvas.box(0, 0, (WIDTH, height), "page")
    canvas.text(EDGE, 40, TITLE, "ink title")
    canvas.text(EDGE, 62, _summary(timeline), "muted")
    _legend(canvas)
    top: float = HEADER
    for lane in timeline.lanes:
        _lane(canvas, timeline, lane, top)
        top += _height(lane) + GAP
    _axis(canvas, timeline, top)
    return canvas.written()


def _summary(timeline: Timeline) -> str:
    harmed = sum(stretch.seconds for lane in timeline.lanes for stretch in lane.traffic if stretch.what != "encrypted")
    carried = "every second encrypted" if harmed == 0 else f"{harmed:.1f} s clear or dropped"
    return f"{len(timeline.lanes)} links, {timeline.seconds:.0f} seconds, {carried}"


def _height(lane: Lane) -> float:
    return 2 * PADDING + PHASE_HEIGHT + 8 + KEY_PITCH * len(lane.keys) + STRIP_PITCH + STRIP_HEIGHT + 2


def _x(timeline: Timeline, second: float) -> float:
    return PLOT_LEFT + (second - timeline.start) / timeline.seconds * (PLOT_RIGHT - PLOT_LEFT)


def _legend(canvas: Canvas) -> None:
    x: float = EDGE
    for subject, whats in {**LEGEND, "work": ("phase",)}.items():
        canvas.text(x, 94, subject, "muted small")
        x += 10 + len(subject) * LETTER_WIDTH
        for what in whats:
            words = SPOKEN.get(what, what)
            canvas.box(x, 84.5, (20, 11), _class(what), radius=2)
            canvas.text(x + 26, 94, words, "ink small")
            x += 44 + len(words) * LETTER_WIDTH
        x += 12


def _class(what: str) -> str:
    return what.replace(" ", "-")


def _lane(canvas: Canvas, timeline: Timeline, lane: Lane, top: float) -> None:
    canvas.box(EDGE, top, (WIDTH - 2 * EDGE, _height(lane)), "card", radius=8)
    for tick in timeline.ticks(12):
        x = _x(timeline, tick)
        canvas.line((x, top), (x, top + _height(lane)), "grid")
    y = top + PADDING
    canvas.text(EDGE + 14, y + 13, lane.link.name, "ink name")
    for line, words in enumerate((lane.link.kind, lane.link.id, lane.link.group or "")):
        canvas.text(EDGE + 14, y + 31 + 16 * line, words, "muted small")
    for phase in lane.phases:
        _phase(canvas, timeline, phase, y)
    y += PHASE_HEIGHT + 8
    for key in lane.keys:
        _key(canvas, timeline, key, y)
        y += KEY_PITCH
    for subject, stretches in (("mode", lane.modes), ("traffic", lane.traffic)):
        canvas.text(PLOT_LEFT - 12, y + 8.5, subject, "muted small", "end")
        for stretch in stretches:
            _bar(canvas, timeline, stretch, (y, STRIP_HEIGHT), lane.link.name)
        y += STRIP_PITCH


def _phase(canvas: Canvas, timeline: Timeline, phase: Stretch, y: float) -> None:
    """Paint a phase with its name, or without where there is no room for it."""
    x, end = _x(timeline, phase.start), _x(timeline, phase.end)
    width = max(1.0, end - x - 1.5)
    canvas.box(x, y, (width, PHASE_HEIGHT), "phase", radius=2, tip=_tip(phase, "work"))
    if len(phase.what) * LETTER_WIDTH <= width:
        canvas.text(x + width / 2, y + 12, phase.what, "muted tiny", "middle")


def _key(canvas: Canvas, timeline: Timeline, key: KeyRow, y: float) -> None:
    canvas.text(PLOT_LEFT - 12, y + 11.5, short(key.ckn), "ink ckn", "end")
    for stretch in key.stretches:
        _bar(canvas, timeline, stretch, (y, KEY_HEIGHT), f"key {short(key.ckn)}")
    if key.removed_at is not None:
        x = _x(timeline, key.removed_at)
        canvas.line((x, y - 1.5), (x, y + KEY_HEIGHT + 1.5), "end")
        canvas.text(x + 6, y + 11.5, "removed", "muted small")


def _bar(canvas: Canvas, timeline: Timeline, stretch: Stretch, rows: tuple[float, float], subject: str) -> None:
    """Paint a stretch; however short, it can be seen."""
    (y, height), x = rows, _x(timeline, stretch.start)
    width = max(1.5, _x(timeline, stretch.end) - x)
    inset = 0.75 if stretch.what == "asked" else 0
    size = (max(1.0, width - 2 * inset), height - 2 * inset)
    canvas.box(x + inset, y + inset, size, _class(stretch.what), radius=2, tip=_tip(stretch, subject))


def _tip(stretch: Stretch, subject: str) -> str:
    return f"{subject}: {stretch.what}, {stretch.start:.1f} s to {stretch.end:.1f} s"


def _axis(canvas: Canvas, timeline: Timeline, y: float) -> None:
    for tick in timeline.ticks(12):
        canvas.text(_x(timeline, tick), y + 12, f"{tick} s", "muted small", "middle")
    canvas.text(PLOT_RIGHT, y + 30, "seconds since the first rotation started", "muted small", "end")
