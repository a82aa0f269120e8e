"""How a run over many accounts ended, and what its report says; links are named by account, Region and id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from dxmacsec.model import Outcome
from dxmacsec.organisation import LeftThere, LinkEnd, Organisation, Shelved, TurnEnd
from dxmacsec.policy.fleet_outcome import NO_TROUBLE, POSTPONED
from dxmacsec.policy.organisation import planned_waves
from dxmacsec.policy.organisation_course import Course
from dxmacsec.policy.organisation_turns import LEFT_OUT, POSTPONING_TURNS, UNSURE
from dxmacsec.policy.outcome import FAILED, PLANNED, REFUSED, SUCCEEDED, of_failure

MOST_SHOWN = 50
"""Entries of each list in the report that travels; the whole one lies on the shelf."""

LISTS = ("waves", "results", "turns", "left_out", "not_touched", "silent", "swept", "warnings")


def failed_turns(course: Course) -> tuple[TurnEnd, ...]:
    """Return the turns that failed; what was put off did not."""
    lost = {(end.member, end.wave) for end in course.ends if end.status == FAILED}
    return tuple(
        turn
        for turn in course.turns
        if (turn.status != SUCCEEDED and turn.reason not in POSTPONING_TURNS) or (turn.member, turn.wave) in lost
    )


def silent_members(course: Course) -> dict[str, str]:
    """Return the members of this run that did not answer when they were asked last, and why."""
    mine = frozenset(course.members)
    return {member: why for member, why in course.silent.items() if member in mine}


def of_organisation(document: Organisation, course: Course) -> Outcome:
    """Say how the run ended; what the machine caught comes first, then failed turns, then silence."""
    if document.failure is not None:
        return of_failure(document.failure)
    match document.verdict.next:
        case "refused":
            return Outcome(REFUSED, document.verdict.reason, document.verdict.sentence)
        case "planned":
            return _planned(course)
    if lost := failed_turns(course):
        return _failed(course, lost)
    return _silent(document, course) or _done(document, course)


def _silent(document: Organisation, course: Course) -> Outcome | None:
    silent = silent_members(course)
    if silent:
        member, why = next(iter(silent.items()))
        asked = "were not swept" if document.request.sweep else "could not be asked and were left out"
        return Outcome(FAILED, "MembersSilent", f"{_members(len(silent))} {asked}: {member} {why}")
    return None


def _planned(course: Course) -> Outcome:
    waves = planned_waves(course)
    links = f"{_links(len(course.open))} in {len(waves)} waves" if len(waves) != 1 else f"{_links(len(course.open))}"
    silent = silent_members(course)
    beside = f" {_members(len(silent))} gave no answer." if silent else ""
    return Outcome(PLANNED, "Planned", f"This is the plan for {links}; nothing was changed.{beside}")


def _failed(course: Course, lost: tuple[TurnEnd, ...]) -> Outcome:
    first = lost[0]
    later = f"; {_links(len(course.not_touched))} not touched" if course.not_touched else ""
    silent = len(silent_members(course))
    unasked = f"; {_members(silent)} could not be asked" if silent else ""
    words = f"{first.member}: {first.reason}: {first.sentence}"
    return Outcome(FAILED, "TurnFailed", f"The turns of {_members(len(lost))} failed{later}{unasked}. {words}")


def _done(document: Organisation, course: Course) -> Outcome:
    if document.request.sweep:
        return Outcome(SUCCEEDED, "OrganisationSwept", f"{_members(len(course.swept))} swept.")
    if not course.ends:
        return Outcome(SUCCEEDED, "NothingDue", "No link is due that may be rotated now.")
    done = sum(end.status == SUCCEEDED for end in course.ends)
    later = len(course.ends) - done
    text = f"{_links(done)} rotated in {_members(len({end.member for end in course.ends}))}"
    return Outcome(SUCCEEDED, "OrganisationRotated", f"{text}{f', {later} postponed' if later else ''}.")


def counts(course: Course) -> dict[str, int]:
    """Return how far a run is, in numbers."""
    ended = Counter(end.status for end in course.ends)
    return {
        "members": len(course.members),
        "silent": len(silent_members(course)),
        "waves": course.wave,
        "open": len(course.open),
        "under_way": len(course.out),
        "rotated": ended[SUCCEEDED],
        "postponed": ended[POSTPONED] + ended[LEFT_OUT],
        "failed": ended[FAILED] + ended[UNSURE],
        "left_out": len(course.left_out),
        "not_touched": len(course.not_touched),
        "swept": len(course.swept),
    }


def organisation_report(document: Organisation, course: Course, outcome: Outcome) -> dict[str, Any]:
    """Return the whole report, ready for JSON; `under_way` are turns of which a broken-off run never heard."""
    request = document.request
    return {
        "run": document.id,
        "status": outcome.status,
        "reason": outcome.reason,
        "sentence": outcome.sentence,
        "asked": {
            "members": list(request.members),
            "dry_run": request.dry_run,
            "sweep": request.sweep,
            "reason": request.reason,
            "stop_on": str(request.stop_on),
        },
        "counts": counts(course),
        "waves": [list(wave) for wave in planned_waves(course)] if request.dry_run else [],
        "results": [_result(end) for end in course.ends],
        "turns": [_turn(turn) for turn in course.turns],
        "left_out": [_left_out(out) for out in course.left_out],
        "left_out_counts": dict(Counter(course.left_out_counts) + _left_here(course)),
        "not_touched": [due.name for due in (*course.not_touched, *(() if request.dry_run else course.open))],
        "under_way": [due.name for due in course.out],
        "silent": [{"member": member, "sentence": f"{member} {why}"} for member, why in silent_members(course).items()],
        "swept": [{"member": member, **figures} for member, figures in course.swept.items()],
        "warnings": list(course.warnings),
    }


def _left_here(course: Course) -> Counter[str]:
    """Count what the coordinator left out; what a member left out is in the member's own count."""
    told = {(out.name, out.reason) for out in course.left_out if out.reason in course.left_out_counts}
    return Counter(out.reason for out in course.left_out if (out.name, out.reason) not in told)


def short_report(whole: Mapping[str, Any], shelved: Shelved) -> dict[str, Any]:
    """Return the report as it travels: of each list the first, and where the whole one lies."""
    short = {name: whole[name][:MOST_SHOWN] for name in (*LISTS, "under_way")}
    short["waves"] = [wave[:MOST_SHOWN] for wave in short["waves"]]
    asked = {**whole["asked"], "members": whole["asked"]["members"][:MOST_SHOWN]}
    return {**whole, **short, "asked": asked, "shelf": {"bucket": shelved.bucket, "key": shelved.key}}


def needs_people(whole: Mapping[str, Any]) -> bool:
    """Tell whether somebody should hear of it: a failure, a due link left behind, or one that no window is open for."""
    waiting = set(whole["left_out_counts"]) - NO_TROUBLE
    put_off = any(result["reason"] == "OutsideWindow" for result in whole["results"])
    return whole["status"] == FAILED or bool(whole["warnings"]) or bool(waiting) or put_off


def _result(end: LinkEnd) -> dict[str, Any]:
    where = {"link": end.name, "member": end.member, "wave": end.wave, "rotation": end.rotation}
    return {**where, "status": end.status, "reason": end.reason, "sentence": end.sentence}


def _turn(turn: TurnEnd) -> dict[str, Any]:
    words = {"status": turn.status, "reason": turn.reason, "sentence": turn.sentence}
    return {"member": turn.member, "wave": turn.wave, **words}


def _left_out(out: LeftThere) -> dict[str, Any]:
    return {"link": out.name, "member": out.member, "reason": out.reason, "sentence": out.sentence}


def _links(count: int) -> str:
    return "1 link" if count == 1 else f"{count} links"


def _members(count: int) -> str:
    return "1 member" if count == 1 else f"{count} members"
