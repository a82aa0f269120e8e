"""What a member's turn is called and asked, and what its end means for each of its links."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from dxmacsec.model import SCHEMA, Verdict, without_keys
from dxmacsec.organisation import (
    UNREACHED,
    Action,
    Answer,
    DueThere,
    LeftThere,
    LinkEnd,
    Member,
    MemberRun,
    SpanningLink,
    Turn,
    TurnResult,
)
from dxmacsec.policy.fleet_outcome import MOST_LINES, MOST_SENTENCE, POSTPONED, POSTPONING, QUIET
from dxmacsec.policy.groups import is_spanning
from dxmacsec.policy.outcome import FAILED, PLANNED, SUCCEEDED, message_of
from dxmacsec.policy.request import MAX_REASON

LONGEST_NAME = 80
"""https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html"""
MOST_LEFT_OUT = 20
"""Links that a member left out and that are carried on by name; the rest is counted by reason."""

POSTPONING_TURNS = POSTPONING | {"FleetAlreadyRunning", "WindowClosed"}
"""Ends of a member's run that say: another time. Nothing failed."""

SOONEST_LOOK = 5.0
LATEST_LOOK = 300.0
LOOKS_A_DAY = 288
"""How often a run of a day is looked at, every five minutes; one that is n days old n times as rarely."""

UNSURE = "UNSURE"
"""How a link ended in a turn of several that failed: the member's ledger knows, an execution's end does not say."""
LEFT_OUT = "LEFT_OUT"


def turn_name(run: str, number: int, member: str) -> str:
    """Return the name of a turn's execution in the member: the same for the same run, round and member."""
    where = Member.of(member)
    tail = f"-{number}-{where.account}-{where.region}"
    if len(run) + len(tail) <= LONGEST_NAME:
        return run + tail
    digest = hashlib.sha256(run.encode()).hexdigest()[:8]
    return f"{run[: LONGEST_NAME - len(tail) - 9]}-{digest}{tail}"


def turn_of(run: str, number: int, action: Action, member: str, links: tuple[str, ...], why: str | None) -> Turn:
    """Return a turn as it is put on the shelf."""
    reason = f"organisation run {run}{f': {why}' if why else ''}"[:MAX_REASON]
    name = turn_name(run, number, member)
    return Turn(SCHEMA, run, member, action, name, Verdict("start"), links, reason)


def member_request(turn: Turn) -> dict[str, Any]:
    """Return the input of the member's `RotateFleet`."""
    if turn.action is Action.ASK:
        return {"dry_run": True, "coordinated": turn.run}
    return {"links": list(turn.links), "reason": turn.reason, "wait_for_window": True, "coordinated": turn.run}


def result_of_run(run: MemberRun, action: Action) -> TurnResult:
    """Return how a member's run ended; what it failed with may be of somebody's making and is cut and masked."""
    if run.status != SUCCEEDED:
        ended = run.error or f"Execution{run.status.title().replace('_', '')}"
        return TurnResult(run.status, ended[:MOST_SENTENCE], message_of(run.cause)[:MOST_SENTENCE])
    report = dict(run.output or {})
    reason, sentence = (without_keys(str(report.get(name, "")), MOST_SENTENCE) for name in ("reason", "sentence"))
    return TurnResult(str(report.get("status", SUCCEEDED)), reason, sentence, _carried(report, action))


def _carried(report: Mapping[str, Any], action: Action) -> dict[str, Any]:
    """Return of a member's report what the coordinator works with: a state's payload ends at 256 KiB."""
    left_out = [each for each in report.get("left_out", ()) if each["reason"] not in QUIET]
    carried: dict[str, Any] = {"left_out": left_out[:MOST_LEFT_OUT]}
    if action is Action.ASK:
        due = [{name: each[name] for name in ("link", "group", "declared", "age_days")} for each in report["due"]]
        counts, warnings = report.get("left_out_counts", {}), list(report.get("warnings", ()))[:MOST_LINES]
        spanning = report["spanning"]
        return {**carried, "due": due, "spanning": spanning, "left_out_counts": counts, "warnings": warnings}
    return {**carried, "results": list(report.get("results", ()))}


def result_of_sweep(figures: Mapping[str, Any]) -> TurnResult:
    """Return what a member's sweep found, in numbers."""
    numbers = {name: len(figures.get(name) or ()) for name in ("changed", "started", "waiting", "troubles", "unjudged")}
    shown = {"statuses": dict(figures.get("statuses") or {}), "counts": dict(figures.get("counts") or {}), **numbers}
    return TurnResult(SUCCEEDED, "Swept", "", shown)


def answer_of(member: str, result: TurnResult | None) -> Answer:
    """Return what a member told when it was asked; anything but a plan is silence."""
    if result is None:
        return Answer(silence="gave no answer.")
    if result.status != PLANNED or result.report is None:
        return Answer(silence=f"gave no answer: {result.reason}: {result.sentence}".rstrip(": "))
    report = result.report
    return Answer(
        due=tuple(_due(member, each) for each in report["due"]),
        spanning=tuple(SpanningLink(each["link"], each["group"], each["carries"]) for each in report["spanning"]),
        left_out=tuple(_left_out(member, each) for each in report["left_out"]),
        left_out_counts={str(name): int(number) for name, number in report["left_out_counts"].items()},
        warnings=tuple(f"{member}/{warning}" for warning in report["warnings"]),
    )


def _due(member: str, due: Mapping[str, Any]) -> DueThere:
    age = due["age_days"]
    spanning = bool(due["declared"]) and is_spanning(due["group"])
    return DueThere(member, due["link"], due["group"], spanning, float(age) if age is not None else None)


def _left_out(member: str, out: Mapping[str, Any]) -> LeftThere:
    return LeftThere(member, out["link"], out["reason"], without_keys(str(out["sentence"]), MOST_SENTENCE))


def failed(result: TurnResult) -> bool:
    """Tell whether a turn that should rotate links failed; what was put off did not."""
    return result.status != SUCCEEDED and result.reason not in POSTPONING_TURNS


def link_ends(units: Iterable[DueThere], result: TurnResult, wave: int) -> tuple[LinkEnd, ...]:
    """Return how each link of a turn ended; what its member did not say is postponed, or in a failed turn unsure."""
    links = tuple(units)
    report = result.report or {}
    said = {str(each["link"]): each for each in report.get("results", ())}
    out = {str(each["link"]): each for each in report.get("left_out", ())}
    lost = FAILED if len(links) == 1 else UNSURE
    silent = (lost if failed(result) else POSTPONED, result.reason, result.sentence, "")
    ends = []
    for due in links:
        if due.link in said:
            words = tuple(str(said[due.link].get(name, "")) for name in ("status", "reason", "sentence", "rotation"))
        elif due.link in out:
            words = (LEFT_OUT, str(out[due.link]["reason"]), str(out[due.link]["sentence"]), "")
        else:
            words = silent
        status, reason, sentence, rotation = words
        ends.append(LinkEnd(due.member, due.link, wave, status, reason, sentence[:MOST_SENTENCE], rotation))
    return tuple(ends)


def unreached(error: str, cause: str) -> TurnResult:
    """Return the result of a turn of which nobody can say how it ended; what was caught may be anybody's words."""
    reason = without_keys(error, MOST_SENTENCE) or "NoResult"
    return TurnResult(UNREACHED, reason, message_of(cause)[:MOST_SENTENCE] if cause else "Nothing came back.")


def next_look(since: timedelta) -> float:
    """Return in how many seconds a run is looked at again: soon while it is young, then ever more rarely.

    From 5 seconds to 5 minutes within its first hour; a run of days, which waits for windows and routers, is looked
    at so rarely that its turn stays far below the 25,000 events of a history.
    https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    """
    seconds = since.total_seconds()
    return round(max(SOONEST_LOOK, min(LATEST_LOOK, seconds / 10), seconds / LOOKS_A_DAY))
