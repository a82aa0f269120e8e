"""How a run over the fleet ended, and what its report says."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from dxmacsec.fleet import Fleet, FleetPlan, LeftOut, LinkResult
from dxmacsec.model import Outcome
from dxmacsec.policy.outcome import FAILED, PLANNED, REFUSED, SUCCEEDED, message_of, of_failure

MOST_SHOWN = 200
"""Links that are left out and shown one by one; the rest is counted by reason: a payload ends at 256 KiB."""
MOST_SENTENCE = 160
MOST_LINES = 20
"""What a letter's list and the coordinator take of a list; the rest is counted."""
MOST_WARNINGS = MOST_LINES - 1
"""Tags that were not understood and are told one by one: one wrong tag on each of 10,000 links filled four payloads.
With the line that counts the rest they are as many as anybody takes, so that nobody cuts again.
"""
POSTPONED = "POSTPONED"
POSTPONING = frozenset({"OutsideWindow", "MaintenancePlanned"})
"""Refusals of a rotation that say: another time. Nothing was changed and nothing failed."""
QUIET = frozenset({"NotDue", "HostedConnection", "NotMacSecCapable", "OnboardOff"})
"""Reasons to leave a link out that nobody need do anything about; they are shown last."""
NO_TROUBLE = QUIET | {"RotateOff", "AlreadyRotating", "NextRun"}
"""Reasons to leave a link out that nobody need hear of."""
EXPECTED = frozenset({"WindowClosed", "OutsideWindow", "Coordinated"})
"""Ends that a deployer's windows, or its coordinator, bring about: nothing failed."""


def of_fleet(fleet: Fleet) -> Outcome:
    """Say how the run ended; the first failure outranks everything."""
    verdict = fleet.verdict
    if fleet.failure is not None:
        return of_failure(fleet.failure)
    match verdict.next:
        case "planned":
            return Outcome(PLANNED, "Planned", f"This is the plan for {_links(len(fleet.due))}; nothing was changed.")
        case "refused":
            return Outcome(REFUSED, verdict.reason, verdict.sentence)
        case "stop":
            return Outcome(SUCCEEDED if verdict.reason in EXPECTED else FAILED, verdict.reason, verdict.sentence)
    return _done(fleet)


def _done(fleet: Fleet) -> Outcome:
    """Say how a run ended that did what was planned; a link that a person named and that was left out is missing.

    The coordinator names what was due a while ago, and reads in the report what is not any more.
    """
    if fleet.request.links and fleet.left_out and not fleet.request.coordinated:
        shown = f"{_links(len(fleet.left_out))} that you named could not be rotated: {fleet.left_out[0].sentence}"
        return Outcome(FAILED, "LinksLeftOut", shown)
    if not fleet.due:
        return Outcome(SUCCEEDED, "NothingDue", "No link is due that may be rotated now.")
    done = sum(result.status == SUCCEEDED for result in fleet.results)
    later = len(fleet.results) - done
    return Outcome(SUCCEEDED, "FleetRotated", f"{_links(done)} rotated{f', {later} postponed' if later else ''}.")


def _links(count: int) -> str:
    return "1 link" if count == 1 else f"{count} links"


def result_of(came: LinkResult) -> LinkResult:
    """Return a result with its reason and sentence taken out of what Step Functions says of a failure."""
    if came.status == SUCCEEDED:
        return came
    reason, sentence = nested_failure(came.reason, came.sentence)
    status = POSTPONED if reason in POSTPONING else FAILED
    return LinkResult(came.link, came.rotation, status, reason[:MOST_SENTENCE], sentence[:MOST_SENTENCE])


def nested_failure(error: str, cause: str) -> tuple[str, str]:
    """Return the machine reason and the sentence of a nested execution that failed."""
    described = _json_object(cause)
    ended = str(described.get("Status", ""))
    reason = described.get("Error") or (f"Execution{ended.title()}" if ended else error)
    return str(reason), message_of(str(described.get("Cause") or cause))


def _json_object(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def shown_left_out(plan: FleetPlan) -> tuple[tuple[LeftOut, ...], dict[str, int]]:
    """Return the first of the links that are left out, those to care about first, and all by reason."""
    ordered = sorted(plan.left_out, key=lambda each: each.reason in QUIET)
    return tuple(ordered[:MOST_SHOWN]), dict(Counter(each.reason for each in plan.left_out))


def shown_warnings(plan: FleetPlan) -> tuple[str, ...]:
    """Return the first of a plan's warnings, and how many more there are."""
    more = len(plan.warnings) - MOST_WARNINGS
    return (*plan.warnings[:MOST_WARNINGS], *((f"{more} more tags were not understood.",) if more > 0 else ()))


def fleet_report(fleet: Fleet, outcome: Outcome) -> dict[str, Any]:
    """Return what the execution shows as its output, and what the record and the event hold."""
    shown: dict[str, Any] = {
        "run": fleet.id,
        "status": outcome.status,
        "reason": outcome.reason,
        "sentence": outcome.sentence,
        "asked": {**asdict(fleet.request), "links": list(fleet.request.links)},
        "waves": [list(wave) for wave in fleet.waves],
        "left_out": [asdict(each) for each in fleet.left_out],
        "left_out_counts": fleet.left_out_counts,
        "warnings": list(fleet.warnings),
    }
    if fleet.request.dry_run:
        spanning = {"spanning": [asdict(each) for each in fleet.spanning]} if fleet.request.coordinated else {}
        return {**shown, "due": [asdict(each) for each in fleet.due], **spanning}
    return {**shown, "results": [asdict(each) for each in fleet.results], "not_touched": list(fleet.untouched())}


def needs_people(fleet: Fleet, outcome: Outcome) -> bool:
    """Tell whether somebody should hear of it: a failure, a tag not understood, a due link left behind."""
    waiting = set(fleet.left_out_counts) - NO_TROUBLE
    return outcome.status == FAILED or bool(fleet.warnings) or bool(waiting)
