"""The report for programs: as JSON, and as CSV for whoever opens it in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from cli.fleet.report import SCHEMA, FleetReport, Lane
from cli.records.lines import Line
from cli.records.table import line_documents

COLUMNS = (
    *("link", "name", "kind", "location", "mode", "verdict", "key_since", "key_age_days", "due_at", "due"),
    *("rotation", "started_at", "took_seconds", "result", "reason", "asked"),
)
"""A row a rotation, the oldest first; a link without any in the period has one row, empty from `rotation` on."""

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet takes a cell for a formula, or for the end of one; a name or a reason may begin so.

https://owasp.org/www-community/attacks/CSV_Injection
"""


def report_document(report: FleetReport) -> dict[str, Any]:
    """Return it as JSON: schema 1, of which members are only ever added."""
    return {
        "schema": SCHEMA,
        "account": report.home.account,
        "region": report.home.region,
        "at": report.at,
        "from": report.period.start,
        "to": report.period.end,
        "figures": report.figures(),
        "links": [_link(report, lane) for lane in report.lanes],
    }


def _link(report: FleetReport, lane: Lane) -> dict[str, Any]:
    age = report.age_days(lane)
    return {
        "id": lane.view.link.id,
        "name": lane.view.link.name,
        "kind": lane.view.link.kind,
        "location": lane.view.link.location,
        "mode": lane.view.link.mode,
        "key_since": lane.view.key_since,
        "key_age_days": None if age is None else round(age, 2),
        "max_age_days": lane.max_age.days,
        "due_at": lane.view.due_at,
        "keys": [{"ckn": life.ckn, "since": life.since, "until": life.until} for life in lane.lives],
        "not_compliant": [{"from": span.start, "to": span.end} for span in lane.troubles],
        "rotations": line_documents(lane.rotations),
    }


def report_csv(report: FleetReport) -> str:
    """Return it as CSV (RFC 4180), with a head; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for lane in report.lanes:
        for rotation in lane.rotations or (None,):
            writer.writerow([safe_cell(value) for value in (*_of_link(report, lane), *_of_rotation(rotation))])
    return text.getvalue()


def _of_link(report: FleetReport, lane: Lane) -> Iterator[object]:
    view, age = lane.view, report.age_days(lane)
    yield from (view.link.id, view.link.name, view.link.kind, view.link.location, view.link.mode)
    yield view.standing.status if view.standing else None
    yield view.key_since.isoformat() if view.key_since else None
    yield None if age is None else round(age, 2)
    yield view.due_at.isoformat() if view.due_at else None
    yield "yes" if view.is_due(report.at) else "no"


def _of_rotation(line: Line | None) -> Iterator[object]:
    if line is None:
        yield from (None,) * 6
        return
    took = None if line.seconds is None else round(line.seconds, 1)
    yield from (line.id, line.at.isoformat(), took, line.result, line.reason, line.by)


def safe_cell(value: object) -> str:
    """Return a cell as text; what would begin a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RISKY) else text
