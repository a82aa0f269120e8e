"""What it takes to plan and to sweep 1, 100 and 10,000 links, and how near a plan comes to the shortest one."""

from __future__ import annotations

import json
import math
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.figures import Figure
from benchmarks.many_links import a_region
from dxmacsec.fleet import Fleet
from dxmacsec.handlers.document import write
from dxmacsec.interfaces import World
from dxmacsec.model import Execution
from dxmacsec.steps.plan_fleet import plan_fleet
from dxmacsec.steps.sweep_links import sweep_links

AREA = "fleet"
SIZES = (1, 100, 10_000)
FEW = 1_000
PAYLOAD_BYTES = 262_144
"""https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
MOST_MEGABYTES = 256
GROWTH = 1.5
"""How much more than proportionally the time may grow before it is no longer called linear."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds, the most memory above what was there before, and calls at Direct Connect."""

    seconds: float
    megabytes: float
    calls: int
    result: Any


def plan(world: World) -> Fleet:
    """Plan a run over everybody who is due."""
    arn = "arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateFleet:benchmark"
    return plan_fleet({}, Execution(arn, "benchmark", world.clock.now()), world)


def run(links: int, do: Callable[[World], Any], *, due: bool = True, before: int = 0) -> Run:
    """Do something in a Region of so many links; `before` times untimed, so that what it meets is known."""
    _, world, pages = a_region(links, due=due)
    for _ in range(before):
        do(world)
    pages.calls = 0
    tracemalloc.start()
    try:
        result = do(world)
        megabytes = tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
    calls, pages.calls = pages.calls, 0
    _, world, pages = a_region(links, due=due)
    for _ in range(before):
        do(world)
    began = time.process_time()
    do(world)
    return Run(time.process_time() - began, megabytes, calls, result)


def measure() -> list[Figure]:
    """Measure plans and sweeps of each size."""
    plans = {links: run(links, plan) for links in SIZES}
    sweeps = {links: run(links, sweep_links, due=False, before=1) for links in SIZES}
    first = run(SIZES[-1], sweep_links, due=False)
    many = SIZES[-1]
    figures = []
    for name, runs in (("planning", plans), ("sweeping", sweeps)):
        figures += [
            Figure(AREA, f"{name} {links} links", taken.seconds, "s CPU", note=f"{taken.calls} Direct Connect calls")
            for links, taken in runs.items()
        ]
        few = run(
            FEW, plan if name == "planning" else sweep_links, due=name == "planning", before=int(name != "planning")
        )
        growth = (runs[many].seconds / few.seconds) / (many / FEW)
        figures += [
            Figure(AREA, f"{name}: time of 10,000 links a link, against 1,000", growth, "ratio", GROWTH),
            Figure(
                AREA, f"{name}: Direct Connect calls per 100 of 10,000 links", runs[many].calls * 100 / many, "", 1.05
            ),
            Figure(AREA, f"{name}: memory for 10,000 links", runs[many].megabytes, "MB", MOST_MEGABYTES),
        ]
    figures.append(
        Figure(AREA, "first sweep of 10,000 links", first.seconds, "s CPU", note="every link is new to the ledger")
    )
    return [*figures, *_payloads(plans[many].result), *_makespan()]


def _payloads(fleet: Fleet) -> list[Figure]:
    """Measure the document as it leaves PlanFleet."""
    size = len(json.dumps(write(fleet)))
    return [Figure(AREA, "payload of a plan over 10,000 links", size / 1024, "KiB", PAYLOAD_BYTES / 1024)]


def _makespan() -> list[Figure]:
    """Compare the number of waves with the least that groups and the width of a wave allow."""
    figures = []
    for links_a_group in (2, 5):
        _, world, _ = a_region(500, links_a_group=links_a_group)
        fleet = plan(world)
        group_of = Counter(due.group for due in fleet.due)
        least = max(*group_of.values(), math.ceil(len(fleet.due) / world.limits.max_links_a_wave))
        figures.append(
            Figure(
                AREA,
                f"waves of 500 links in groups of {links_a_group}, against the least possible",
                len(fleet.waves) / least,
                "ratio",
                1.1,
                note=f"{len(fleet.waves)} waves, {least} at least",
            )
        )
    return figures
