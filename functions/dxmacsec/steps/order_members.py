"""OrderMembers: read how the members' turns ended, and say who is next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dxmacsec.interfaces import Came, CoordinatorWorld
from dxmacsec.organisation import UNREACHED, Organisation, TurnResult
from dxmacsec.policy.organisation import Step, next_step, take_answers, take_ends, take_sweeps
from dxmacsec.policy.organisation_course import Course
from dxmacsec.policy.organisation_turns import answer_of, unreached
from dxmacsec.steps.shelving import shelve, shelved_course


def order_members(document: Organisation, world: CoordinatorWorld) -> Organisation:
    """Return `turn` with the next turns on the shelf; else `planned`, `done`, or `stop` at the first failure.

    Running it twice is safe: it reads the round before and writes the next one, the same each time.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
        UnknownAnswer: what came back is not as Step Functions writes it.
    """
    course, results = shelved_course(document, world), _results(document, world)
    if document.request.sweep:
        return shelve(document, Step(take_sweeps(course, results)), world).to("done")
    course = take_ends(course, results) if course.out else _told(document, course, results, world)
    if document.request.dry_run:
        return shelve(document, Step(course), world).to("planned")
    step = next_step(course)
    ordered = shelve(document, step, world)
    if step.action is not None:
        return ordered.to("turn")
    return ordered.to("stop" if step.course.stopped else "done")


def _told(document: Organisation, course: Course, results: Mapping[str, TurnResult], world: CoordinatorWorld) -> Course:
    """Take in what members told, and remember for the next runs in which spanning groups each holds links."""
    if document.round == 1:
        course = replace(course, holdings=world.ledger.holdings())
    told = take_answers(course, {member: answer_of(member, results.get(member)) for member in course.asked})
    changed = {name: groups for name, groups in told.holdings.items() if course.holdings.get(name) != groups}
    for member, groups in changed.items() if not document.request.dry_run else ():
        world.ledger.set_holding(member, groups)
    return told


def _results(document: Organisation, world: CoordinatorWorld) -> dict[str, TurnResult]:
    """Return what came back, by member."""
    if document.came is None:
        return {}
    return {str(each.item["member"]): _result(each) for each in world.shelf.results(document.came)}


def _result(came: Came) -> TurnResult:
    result = (came.output or {}).get("result")
    if not result:
        return unreached(came.error, came.cause)
    report = result.get("report")
    if result["status"] == UNREACHED:
        return unreached(str(result["reason"]), str(result["sentence"]))
    return TurnResult(str(result["status"]), str(result["reason"]), str(result["sentence"]), report)
