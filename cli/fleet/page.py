"""The report as one page with the timeline in it."""

from __future__ import annotations

from dataclasses import dataclass

from cli.fleet.report import FleetReport, Lane
from cli.fleet.timeline import timeline
from cli.pages import page
from cli.records.lines import Line
from cli.words import age, day, due, exact, span
from dxmacsec.handlers.wiring import VERSION

HEADS = ("link", "name", "kind", "location", "mode", "verdict", "key age", "due", "rotated", "failed", "refused")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A rotation in the page's words."""

    when: str
    link: str
    result: str
    judged: str
    took: str
    asked: str
    id: str


def report_page(report: FleetReport) -> str:
    """Return the page's text: no script, no outside address, every value escaped."""
    lines = sorted((line for lane in report.lanes for line in lane.rotations), key=lambda line: line.at, reverse=True)
    return page(
        "report",
        report=report,
        start=day(report.period.start),
        end=day(report.period.last),
        figures=_figures(report),
        picture=timeline(report),
        heads=HEADS,
        rows=[_row(report, lane) for lane in report.lanes],
        rotations=[_shown(line) for line in lines],
        made=exact(report.at),
        version=VERSION,
    )


def _figures(report: FleetReport) -> tuple[tuple[str, str], ...]:
    figures = report.figures()
    ended = figures["rotations"]
    days = {name: figures[name] for name in ("oldest_key_days", "median_key_days")}
    return (
        ("links that can encrypt", str(figures["links"])),
        ("hold a key", str(figures["with_a_key"])),
        ("oldest key", "-" if days["oldest_key_days"] is None else f"{int(days['oldest_key_days'])} d"),
        ("median age", "-" if days["median_key_days"] is None else f"{int(days['median_key_days'])} d"),
        ("due now", str(figures["due"])),
        ("rotations that went well", str(ended.get("SUCCEEDED", 0))),
        ("failed", str(ended.get("FAILED", 0))),
        ("refused", str(ended.get("REFUSED", 0))),
        ("not compliant now", str(figures["not_compliant"])),
    )


def _row(report: FleetReport, lane: Lane) -> tuple[str, ...]:
    view = lane.view
    return (
        view.link.id,
        view.link.name,
        str(view.link.kind),
        view.link.location,
        view.link.mode or "-",
        ", ".join(view.standing.reasons) if view.standing else "-",
        age(report.age_days(lane)) if lane.keyed else "no key",
        due(view.due_at, report.at),
        *(str(lane.count(result)) for result in ("SUCCEEDED", "FAILED", "REFUSED")),
    )


def _shown(line: Line) -> _Shown:
    return _Shown(
        when=exact(line.at).removesuffix(" UTC"),
        link=line.link,
        result=f"{line.result}: {line.reason}",
        judged=line.judged,
        took=span(line.seconds) if line.seconds is not None else "-",
        asked=line.by or "-",
        id=line.id,
    )
