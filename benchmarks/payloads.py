"""How large the documents are in a Region of 10,000 links, and how long a run's history gets, against the limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from benchmarks.figures import Figure
from benchmarks.many_links import a_region, plan
from dxmacsec.fleet import Fleet, LinkResult
from dxmacsec.handlers.document import write
from dxmacsec.interfaces import World
from dxmacsec.policy.fleet import MOST_LINKS_A_RUN
from dxmacsec.policy.fleet_outcome import MOST_SENTENCE
from dxmacsec.steps.check_wave import check_wave
from dxmacsec.steps.report_fleet import report_fleet
from dxmacsec.steps.sweep_links import sweep_links
from tests.walk.execution import Execution
from tests.walk.fleet_walker import FleetWalker
from tests.walk.machines import machine
from tests.worlds.scene import LIMITS

AREA = "fleet"
LINKS = 10_000
PAYLOAD_KIB = 256
"""A state's input and output, and an entry of PutEvents.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
"""
ANSWER_KIB = 6 * 1024
"""What a function may answer: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
HISTORY_EVENTS = 25_000
NOT_UNDERSTOOD = {"dxmacsec:max-age-days": "ninety"}

EVENTS = {"Task": 5, "Choice": 2, "Wait": 2, "Succeed": 2, "Map": 4, "Execution": 2}
"""Events that one state writes when all is well: entered, scheduled, started, succeeded, exited for a function."""
EVENTS_A_ROTATION = 2 + 6
"""An iteration's start and end, and a nested execution, which has an event more than a function."""


def measure() -> list[Figure]:
    """Measure the documents of plan, run, report and sweep, each also where it is at its largest."""
    return [*_of_runs(), _of_wrong_tags(), *_of_sweeps(), history()]


def kibibytes(document: Any) -> float:  # noqa: ANN401 - any JSON
    """Return how large a document is as it travels."""
    return len(json.dumps(document).encode()) / 1024


def _kib(what: str, size: float, limit: int = PAYLOAD_KIB, note: str = "") -> Figure:
    return Figure(AREA, what, size, "KiB", limit, note=note)


def _of_runs() -> list[Figure]:
    scene, world, _ = a_region(LINKS)
    planned = plan(world)
    # What travels depends on the plan; the partners that each wave looks at are all among the links of this run.
    _, near, _ = a_region(MOST_LINKS_A_RUN)
    rotated = list(states(planned, near))
    postponed = list(states(planned, near, ("FAILED", "MaintenancePlanned", "x" * MOST_SENTENCE)))
    done = rotated[-1]
    report = report_fleet(done, world).report
    event = scene.herald.events[-1][1]
    return [
        _kib("payload of a plan over 10,000 links", kibibytes(write(planned))),
        _kib("payload of its run, where it is largest", max(kibibytes(write(each)) for each in rotated)),
        _kib(
            "payload of a run that postponed every link",
            max(kibibytes(write(each)) for each in postponed),
            note="the longest sentence about each of its 500 links",
        ),
        _kib("payload of its report", kibibytes(report)),
        _kib(
            "event of a run that postponed every link",
            _event_of(postponed[-1]),
            note=f"{kibibytes(event):.0f} KiB where each was rotated",
        ),
    ]


def _event_of(done: Fleet) -> float:
    scene, world, _ = a_region(1)
    report_fleet(done, world)
    return kibibytes(scene.herald.events[-1][1])


def states(fleet: Fleet, world: World, end: tuple[str, str, str] = ("SUCCEEDED", "Rotated", "")) -> Iterator[Fleet]:
    """Yield the document after each state of a run whose rotations all end alike, from the first wave to the last."""
    while True:
        fleet = check_wave(fleet, world)
        yield fleet
        if fleet.verdict.next != "go":
            return
        fleet = replace(fleet, came=tuple(LinkResult(each.link, each.name, *end) for each in fleet.members))
        yield fleet


def _of_wrong_tags() -> Figure:
    """Measure the plan of a Region where one mistake was made everywhere, as a template that tags links makes it."""
    _, world, _ = a_region(LINKS, tags=NOT_UNDERSTOOD)
    size = kibibytes(write(plan(world)))
    return _kib("payload of a plan over 10,000 links with a tag that is not understood", size)


def _of_sweeps() -> list[Figure]:
    _, young, _ = a_region(LINKS, due=False)
    first, again = (kibibytes(write(sweep_links(young))) for _ in range(2))
    _, old, _ = a_region(LINKS)
    too_old = kibibytes(write(sweep_links(old)))
    return [
        _kib("answer of a sweep that finds nothing new", again, ANSWER_KIB),
        _kib("answer of the first sweep, 10,000 compliant links", first, ANSWER_KIB),
        _kib("answer of the first sweep, 10,000 keys too old", too_old, ANSWER_KIB, "no state reads it"),
    ]


class _Waves(FleetWalker):
    """Walks the run itself; each of its rotations is there and done."""

    def _nested(self, parent: Execution, arguments: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        return {"Output": {"reason": "Rotated"}, "Status": "SUCCEEDED"} if parent and arguments else {}


def events_of(waves: int) -> int:
    """Return how many events a run writes that rotates so many links of one group, one after the other."""
    scene, world, _ = a_region(waves, links_a_group=waves)
    run = _Waves(replace(scene, world=world)).rotate_fleet()
    if run.status != "SUCCEEDED":
        message = f"the measured run ended {run.status}: {run.error}: {run.cause}"
        raise RuntimeError(message)
    types = [machine("rotate_fleet")["States"][state]["Type"] for state in run.visited]
    return EVENTS["Execution"] + sum(EVENTS[each] for each in types) + waves * EVENTS_A_ROTATION


def history() -> Figure:
    """Return the events of the longest run: as many waves as links; each wave adds as many as the one before."""
    few, more = 3, 6
    first, second = events_of(few), events_of(more)
    a_wave = (second - first) / (more - few)
    events = second + a_wave * (MOST_LINKS_A_RUN - more)
    patience = LIMITS.plan_wait.total_seconds()
    waiting = patience / LIMITS.poll_seconds * (EVENTS["Wait"] + EVENTS["Task"] + EVENTS["Choice"])
    note = (
        f"one link a wave; a wave that waits {patience / 60:.0f} minutes for a dark partner adds {waiting:,.0f}, "
        f"so {(HISTORY_EVENTS - events) // waiting:.0f} such waves fit"
    )
    return Figure(AREA, "events in the history of the longest run, 500 links", events, "", HISTORY_EVENTS, note=note)
