"""The timeline: a lane a link, its keys as bars, its rotations as marks; an SVG for the middle of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET  # only writes: nothing is parsed

from cli.fleet.report import FleetReport, KeyLife, Lane, Period
from cli.records.lines import Line
from cli.words import age, ckn_start, day, exact

WIDTH, NAMES, AGES, TOP, LANE, BAR = 960, 190, 74, 26, 38, 14
"""Pixels: the picture, its columns of names and ages, its head, a lane, and a bar in it."""

MOST_TICKS = 9
STEPS_DAYS = (1, 2, 7, 14, 30, 61, 91, 183, 365)


@dataclass(frozen=True)
class Scale:
    """From moments to pixels."""

    period: Period

    def x(self, at: datetime) -> float:
        """Return where a moment is, at the edges at the furthest."""
        share = (at - self.period.start) / (self.period.end - self.period.start)
        return NAMES + (WIDTH - NAMES - AGES) * min(1.0, max(0.0, share))


def timeline(report: FleetReport) -> str:
    """Return the picture; classes carry its colours, shapes say the same without them, titles say it in words."""
    height = TOP + LANE * len(report.lanes) + 4
    root = ET.Element("svg", {"viewBox": f"0 0 {WIDTH} {height}", "role": "img", "aria-labelledby": "timeline-title"})
    words = (
        f"Keys and rotations of {len(report.lanes)} links from {day(report.period.start)} to {day(report.period.last)}"
    )
    ET.SubElement(root, "title", {"id": "timeline-title"}).text = words
    scale = Scale(report.period)
    for number in range(len(report.lanes)):
        _box(root, (NAMES, TOP + number * LANE + 3), (WIDTH - NAMES - AGES, LANE - 6), "lane")
    for at in ticks(report.period):
        _line(root, (scale.x(at), TOP - 6), (scale.x(at), height - 4), "tick")
        _text(root, (scale.x(at), TOP - 11), day(at)[5:], "small", "middle")
    for number, lane in enumerate(report.lanes):
        _lane(root, TOP + number * LANE, lane, report, scale)
    return ET.tostring(root, encoding="unicode")


def _lane(root: ET.Element, top: float, lane: Lane, report: FleetReport, scale: Scale) -> None:
    link, middle = lane.view.link, top + LANE / 2
    _text(root, (0, middle - 2), link.id, "")
    _text(root, (0, middle + 12), link.name[:26], "small")
    for life in lane.lives:
        _life(root, middle - BAR / 2, life, lane, report, scale)
    for span in lane.troubles:
        tip = f"not compliant from {exact(span.start)} to {exact(span.end)}"
        wide = max(2.0, scale.x(span.end) - scale.x(span.start))
        _box(root, (scale.x(span.start), middle + BAR / 2 + 3), (wide, 4), "trouble", tip)
    for line in lane.rotations:
        _mark(root, scale.x(line.at), middle, line)
    known = age(report.age_days(lane)) if lane.keyed else "no key"
    _text(root, (WIDTH, middle - 2), known, "", "end")
    if lane.view.is_due(report.at):
        _text(root, (WIDTH, middle + 12), "due", "small", "end")


def _life(root: ET.Element, top: float, life: KeyLife, lane: Lane, report: FleetReport, scale: Scale) -> None:
    """Paint a key's bar; of unknown age it is an outline, and what is beyond its greatest age is lower and late."""
    end = min(life.until or report.at, report.at)
    left, right = scale.x(life.since or report.period.start), scale.x(end)
    since = f"since {exact(life.since)}" if life.since else "since nobody knows when"
    until = f"until {exact(life.until)}" if life.until else "in use"
    tip = f"key {ckn_start(life.ckn)} {since}, {until}"
    if life.since is None:
        _box(root, (left, top), (max(1.0, right - left), BAR), "life unknown", tip)
        return
    late = min(end, life.since + lane.max_age)
    if late > report.period.start:
        _box(root, (left, top), (max(1.0, scale.x(late) - left - 1), BAR), "life", tip)
    if late < end and end > report.period.start:
        start = scale.x(late)
        beyond = f"{tip}; older than {lane.max_age.days} days from {exact(late)}"
        _box(root, (start, top + BAR / 4), (max(1.0, right - start - 1), BAR / 2), "life late", beyond)


def _mark(root: ET.Element, x: float, y: float, line: Line) -> None:
    """Paint a rotation: a disc where it went well, a cross where it failed, a diamond for the rest."""
    group = ET.SubElement(root, "g")
    ET.SubElement(group, "title").text = f"{exact(line.at)}: {line.result}, {line.reason} ({line.id})"
    if line.judged == "bad":
        for one, other in (((-5, -5), (5, 5)), ((-5, 5), (5, -5))):
            _line(group, (x + one[0], y + one[1]), (x + other[0], y + other[1]), "cross")
    elif line.judged == "good":
        ET.SubElement(group, "circle", {"cx": _px(x), "cy": _px(y), "r": "5.5", "class": "mark good"})
    else:
        points = " ".join(f"{_px(x + dx)},{_px(y + dy)}" for dx, dy in ((0, -6.5), (6.5, 0), (0, 6.5), (-6.5, 0)))
        ET.SubElement(group, "polygon", {"points": points, "class": "mark odd"})


def ticks(period: Period) -> Iterator[datetime]:
    """Yield midnights (UTC) inside the period, a round number of days apart and not too many."""
    whole = period.end - period.start
    step = next((days for days in STEPS_DAYS if whole / timedelta(days=days) <= MOST_TICKS), STEPS_DAYS[-1])
    first = period.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    # Without room for a label at the edges, a tick there would be cut.
    margin = whole / 40
    at = first
    while at < period.end:
        if period.start + margin < at < period.end - margin:
            yield at
        at += timedelta(days=step)


def _box(root: ET.Element, corner: tuple[float, float], size: tuple[float, float], kind: str, tip: str = "") -> None:
    shape = {"x": _px(corner[0]), "y": _px(corner[1]), "width": _px(size[0]), "height": _px(size[1]), "rx": "2"}
    box = ET.SubElement(root, "rect", {**shape, "class": kind})
    if tip:
        ET.SubElement(box, "title").text = tip


def _line(root: ET.Element, start: tuple[float, float], end: tuple[float, float], kind: str) -> None:
    shape = {"x1": _px(start[0]), "y1": _px(start[1]), "x2": _px(end[0]), "y2": _px(end[1])}
    ET.SubElement(root, "line", {**shape, "class": kind})


def _text(root: ET.Element, place: tuple[float, float], words: str, kind: str, anchor: str = "start") -> None:
    where = {"x": _px(place[0]), "y": _px(place[1]), "text-anchor": anchor}
    ET.SubElement(root, "text", {**where, "class": kind} if kind else where).text = words


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
