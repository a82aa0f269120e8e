"""What people read of a run over many accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dxmacsec.organisation import Organisation
from dxmacsec.policy import commands
from dxmacsec.policy.fleet_outcome import QUIET
from dxmacsec.policy.fleet_words import counted, shown
from dxmacsec.policy.letters import Letter, Words, framed
from dxmacsec.policy.organisation_outcome import needs_people
from dxmacsec.policy.outcome import FAILED, SUCCEEDED

TODO = {
    "TurnFailed": (
        "in the account and Region that is named, go to the heading of the reason; then start the run again: who is "
        "done is not due any more."
    ),
    "MembersSilent": (
        "see whether the stack is in the account and Region that is named, and whether its role lets the coordinator "
        "in; or take it off the coordinator's list."
    ),
}
LOOK = "see why the links below were left out or put off, or what their tags say."
NOTHING = "nothing."


def tells_of_organisation(whole: Mapping[str, Any]) -> bool:
    """Tell whether people get a letter: of keys that were changed, and of what needs them; of a quiet run none."""
    return needs_people(whole) or any(result["status"] == SUCCEEDED for result in whole["results"])


def organisation_letter(document: Organisation, whole: Mapping[str, Any]) -> Letter:
    """Return what people read of a run's end: in one letter what was done in which account, what not, and why."""
    needed, lost = needs_people(whole), whole["status"] == FAILED
    words = Words(
        happened=whole["sentence"],
        line="each link that was not rotated keeps the key that it has." if lost else "",
        todo=TODO.get(whole["reason"], LOOK) if needed else NOTHING,
        until="the next scheduled run takes up what is still due." if needed else "",
        by_aws=(commands.rotate_organisation_by_aws(),) if lost else (),
        lists={
            "Silent": shown([each["sentence"] for each in whole["silent"]]),
            "Rotated": shown([_ended(each) for each in whole["results"]]),
            "Started, and nobody heard of the end": shown(list(whole["under_way"])),
            "Not touched": shown(list(whole["not_touched"])),
            "Left out": shown(
                [f"{each['link']}: {each['reason']}: {each['sentence']}" for each in _care(whole)],
                counted(whole["left_out_counts"], QUIET),
            ),
            "Tags to look at": shown(list(whole["warnings"])),
        },
        facts={
            "Run": document.id,
            "Execution": document.execution,
            "Ended": f"{whole['status']}, {whole['reason']}",
        },
        heading=whole["reason"] if lost else "",
    )
    return f"dxmacsec organisation: {whole['reason']}", framed(words)


def _ended(result: Mapping[str, Any]) -> str:
    return f"{result['link']}: {result['status']} {result['reason']} {result['sentence']}".rstrip()


def _care(whole: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in whole["left_out"] if each["reason"] != "NotDue"]
