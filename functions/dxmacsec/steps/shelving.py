"""What a run of the coordinator puts on its shelf: the course of each round, and the turns that go by it."""

from __future__ import annotations

from dataclasses import asdict, replace

from dxmacsec.interfaces import CoordinatorWorld
from dxmacsec.organisation import Organisation, Shelved
from dxmacsec.policy.organisation import Step
from dxmacsec.policy.organisation_course import Course, course_of, plain
from dxmacsec.policy.organisation_outcome import counts
from dxmacsec.policy.organisation_turns import turn_of


def course_key(run: str, number: int) -> str:
    """Return where the course of a round lies."""
    return f"runs/{run}/course-{number}.json"


def turns_key(run: str, number: int) -> str:
    """Return where the turns of a round lie."""
    return f"runs/{run}/turns-{number}.json"


def report_key(run: str) -> str:
    """Return where the whole report lies."""
    return f"runs/{run}/report.json"


def shelve(document: Organisation, step: Step, world: CoordinatorWorld) -> Organisation:
    """Put the next round on the shelf and return the document that points to it.

    Running it twice is safe: the same step is written under the same keys.
    """
    number = document.round + 1
    world.shelf.put(course_key(document.id, number), plain(step.course))
    items = _turns(document, step, number, world)
    return replace(document, round=number, items=items, came=None, counts=counts(step.course))


def _turns(document: Organisation, step: Step, number: int, world: CoordinatorWorld) -> Shelved | None:
    if step.action is None or step.turns is None:
        return None
    why = document.request.reason
    turns = [turn_of(document.id, number, step.action, member, links, why) for member, links in step.turns.items()]
    return world.shelf.put(turns_key(document.id, number), [asdict(turn) for turn in turns])


def shelved_course(document: Organisation, world: CoordinatorWorld) -> Course:
    """Read the course of the document's round."""
    return course_of(world.shelf.get(course_key(document.id, document.round)))
