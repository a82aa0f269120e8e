"""What people read of a run over the fleet."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dxmacsec.fleet import Fleet
from dxmacsec.model import Outcome
from dxmacsec.policy import commands
from dxmacsec.policy.fleet_outcome import MOST_LINES, needs_people
from dxmacsec.policy.letters import Letter, Words, framed
from dxmacsec.policy.outcome import FAILED, SUCCEEDED

TODO = {
    "FleetStopped": (
        "go to the heading of the link that failed, then start the run again: who is done is not due any more."
    ),
    "NoWindowInTime": "rotate these links now by hand, or accept that their keys get older than they may.",
    "LinksLeftOut": "see for each link why it was left out; those that were not are done.",
    "FleetAlreadyRunning": "wait for the run that is named.",
    "PartnerNotEncrypted": "bring the partner that is named up; then start the run again.",
}
LOOK = "see why the links below were left out, or what their tags say."
NOTHING = "nothing."


def tells_of_fleet(fleet: Fleet, outcome: Outcome) -> bool:
    """Tell whether people get a letter: of keys that were changed, and of what needs them; of a quiet run none."""
    return needs_people(fleet, outcome) or any(each.status == SUCCEEDED for each in fleet.results)


def fleet_letter(fleet: Fleet, outcome: Outcome) -> Letter:
    """Return what people read of a run's end: in one letter what was done, what was not, and why."""
    needed = needs_people(fleet, outcome)
    done = [f"{each.link}: {each.status} {each.reason} {each.sentence}".rstrip() for each in fleet.results]
    left_out = [f"{each.link}: {each.reason}: {each.sentence}" for each in fleet.left_out if each.reason != "NotDue"]
    words = Words(
        happened=outcome.sentence,
        line="each link that was not rotated keeps the key that it has." if outcome.status == FAILED else "",
        todo=TODO.get(outcome.reason, LOOK) if needed else NOTHING,
        until="the next scheduled run takes up what is still due." if needed else "",
        commands=("dxmacsec status", *((_again(fleet),) if outcome.status == FAILED else ())),
        by_aws=(commands.rotate_fleet_by_aws(),) if outcome.status == FAILED else (),
        lists={
            "Rotated": shown(done),
            "Not touched": shown(list(fleet.untouched())),
            "Left out": shown(left_out, counted(fleet.left_out_counts, {"NotDue"})),
            "Tags to look at": shown(list(fleet.warnings)),
        },
        facts={"Run": fleet.id, "Execution": fleet.execution, "Ended": f"{outcome.status}, {outcome.reason}"},
        heading=outcome.reason if outcome.status == FAILED else "",
    )
    return f"dxmacsec fleet: {outcome.reason}", framed(words)


def _again(fleet: Fleet) -> str:
    """Return the command that asks for the same again."""
    if fleet.request.links and len(fleet.request.links) == 1:
        return commands.rotate(fleet.request.links[0])
    return "dxmacsec rotate --all" if fleet.request.all else "dxmacsec rotate --due"


def counted(left_out_counts: Mapping[str, int], quiet: Collection[str]) -> int:
    """Return how many links were left out, but for the reasons that a letter is quiet about."""
    return sum(number for reason, number in left_out_counts.items() if reason not in quiet)


def shown(lines: list[str], there_are: int = 0) -> list[str]:
    """Return the first lines of a list and how many more `there_are`, where the list was cut before."""
    more = max(len(lines), there_are) - len(lines[:MOST_LINES])
    return [*lines[:MOST_LINES], *([f"… and {more} more"] if more else [])]
