"""One row of the ledger as one line for people: a rotation, an enforcement, a change of verdict, a note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dxmacsec.interfaces import StoryRow

GOOD = frozenset({"SUCCEEDED", "PLANNED", "COMPLIANT", "NOT_APPLICABLE", "EXEMPT"})
BAD = frozenset({"FAILED", "NON_COMPLIANT"})

PROMOTED = "promote"
"""The check that a rotation notes when its key became the one in use, however it ended."""


@dataclass(frozen=True, slots=True)
class Line:
    """What happened to a link: `result` is a status, `reason` its machine reason (a heading of the runbook).

    `what` is `rotation`, `enforcement`, `verdict` or `note`; `recovered` says that the execution was stopped or
    died, and RecoverLink finished its work. `seconds` is how long it took, where it took any.
    """

    link: str
    what: str
    id: str
    at: datetime
    result: str
    reason: str
    sentence: str
    by: str = ""
    seconds: float | None = None
    recovered: bool = False

    @property
    def judged(self) -> str:
        """Return whether the result is `good`, `bad` or `odd`, for a colour; the word says the same without it."""
        return "good" if self.result in GOOD else "bad" if self.result in BAD else "odd"

    @property
    def style(self) -> str:
        """Return the result's colour on a terminal."""
        return {"good": "green", "bad": "bold red", "odd": "yellow"}[self.judged]


def line_of(row: StoryRow) -> Line:
    """Return a row as a line; one of a kind that this version doesn't know keeps its own words."""
    if row.kind == "verdict":
        return _verdict(row)
    record = row.record
    what = "enforcement" if "enforcement" in record else row.kind
    return Line(
        link=row.link,
        what=what,
        id=row.id,
        at=row.at,
        result=_text(record, "status", "what"),
        reason=_text(record, "reason") or _text(record.get("cleared") or {}, "reason"),
        sentence=_text(record, "sentence", "why"),
        by=_by(record),
        seconds=_seconds(row),
        recovered="recovered_by" in record,
    )


def _verdict(row: StoryRow) -> Line:
    """Return a change of verdict; the last one of a link that is no more has nothing after it."""
    after, change = row.record.get("after") or {}, row.record.get("change") or {}
    reasons = after.get("reasons") or ()
    return Line(
        link=row.link,
        what="verdict",
        id=row.id,
        at=row.at,
        result=str(after.get("status", "GONE")),
        reason=str(reasons[0]) if reasons else "",
        sentence=_text(row.record, "sentence"),
        by=f"{change['call']} by {change['by']}" if change.get("call") else "",
    )


def _by(record: dict[str, Any]) -> str:
    """Return what a person or a trigger gave as the reason of a rotation or an enforcement, or who wrote a note."""
    asked = record.get("asked") or {}
    return str(asked.get("reason") or record.get("asked_reason") or record.get("by") or "")


def _seconds(row: StoryRow) -> float | None:
    ended = row.record.get("ended_at")
    return (datetime.fromisoformat(ended) - row.at).total_seconds() if ended else None


def _text(record: dict[str, Any], *names: str) -> str:
    """Return the first of these fields that holds anything."""
    return next((str(record[name]) for name in names if record.get(name)), "")


def brought_in(record: dict[str, Any]) -> bool:
    """Tell whether a rotation's key came into use: one that failed after that rotated the key all the same."""
    promoted = any(check["what"] == PROMOTED for check in record.get("checks", ()))
    return bool(record.get("new_ckn")) and (promoted or record.get("status") == "SUCCEEDED")
