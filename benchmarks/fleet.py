"""What it takes to plan and to sweep 1 to 10,000 links: time, memory, and calls at Direct Connect.

The real steps and the real adapter read pages of a Region that answers at once. What the SDK takes to send a request
and to read its answer is not in the time: it grows with the number of calls, which is counted.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import makespan, payloads, reads
from benchmarks.figures import Figure, spread
from benchmarks.many_links import Pages, a_region, plan
from benchmarks.progress import tell
from dxmacsec.interfaces import World
from dxmacsec.steps.sweep_links import sweep_links

AREA = "fleet"
SIZES = (1, 10, 100, 1_000, 10_000)
FEW, MANY = 100, 10_000
ROUNDS = 5
TIMED_LINKS = 1_000
"""Few links are planned again and again until so many were, so that a clock can tell."""
FIXED_CALLS = 3
"""What a Region of any size takes beside the pages of its connections."""
MOST_MEGABYTES = 256
GROWTH = 1.5
"""How much more time a link may take among many than among few before that is no longer called linear."""

PROC = Path("/proc/self/status")
STARTING = f"""
import importlib, botocore.session
importlib.import_module("dxmacsec.handlers.plan_fleet")
session = botocore.session.get_session()
clients = [session.create_client(name, region_name="us-east-1") for name in ("directconnect", "dynamodb", "events")]
print(next(line.split()[1] for line in open("{PROC}") if line.startswith("VmHWM")))
"""
"""A process that is ready to plan, with its clients, and says how many KiB it took at most."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done with every link of a Region."""

    name: str
    do: Callable[[World], Any]
    due: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What one job took in one Region: CPU milliseconds of each round, memory above what was there before, calls."""

    milliseconds: list[float]
    megabytes: float
    calls: int


PLANNING, SWEEPING = Job("planning", plan, due=True), Job("sweeping", sweep_links, due=False)


def measure() -> list[Figure]:
    """Measure plans and sweeps of each size, their documents, and how long a run takes."""
    itself = megabytes_of_the_function()
    figures: list[Figure] = []
    for job in (PLANNING, SWEEPING):
        figures += figures_of(job, taken(job, SIZES, ROUNDS), itself)
    for part in (reads, payloads, makespan):
        tell(f"fleet: {part.__name__.rpartition('.')[2]}")
        figures += part.measure()
    return figures


def taken(job: Job, sizes: tuple[int, ...], rounds: int) -> dict[int, Taken]:
    """Do a job in Regions of each size, the sizes one after the other in each round."""
    tell(f"fleet: {job.name}, memory and calls")
    regions = {links: _region(job, links) for links in sizes}
    once = {links: _memory_and_calls(job, *regions[links]) for links in sizes}
    times: dict[int, list[float]] = {links: [] for links in sizes}
    for number in range(rounds):
        for links in sizes:
            tell(f"fleet: {job.name} {links:,} links, round {number + 1} of {rounds}")
            times[links].append(_milliseconds(job, regions[links][0], max(1, TIMED_LINKS // links)))
    return {links: Taken(times[links], *once[links]) for links in sizes}


def _region(job: Job, links: int) -> tuple[World, Pages]:
    """Return a Region that has met the job once: a ledger that knows no link yet is a job of its own."""
    _, world, pages = a_region(links, due=job.due)
    job.do(world)
    return world, pages


def _memory_and_calls(job: Job, world: World, pages: Pages) -> tuple[float, int]:
    before = pages.calls
    tracemalloc.start()
    try:
        job.do(world)
        megabytes = tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
    return megabytes, pages.calls - before


def _milliseconds(job: Job, world: World, times: int) -> float:
    """Time a job; the played Region is kept from the garbage collector, as it is no part of a real function."""
    gc.collect()
    gc.freeze()
    try:
        began = time.process_time()
        for _ in range(times):
            job.do(world)
        return (time.process_time() - began) / times * 1000
    finally:
        gc.unfreeze()


def megabytes_of_the_function() -> float | None:
    """Return what a function takes before it meets a link; None where the machine does not say (no Linux)."""
    if not PROC.exists():
        return None
    ready = subprocess.run([sys.executable, "-c", STARTING], capture_output=True, text=True, check=True)  # noqa: S603
    return int(ready.stdout) / 2**10


def figures_of(job: Job, by_size: dict[int, Taken], itself: float | None) -> list[Figure]:
    """Return the rows of a job; `itself` is what a function takes in MB before it meets a link."""
    many, few = by_size[MANY].milliseconds, by_size[FEW].milliseconds
    growth = [much / MANY / (little / FEW) for much, little in zip(many, few, strict=True)]
    figures = [_growing(job, links, each) for links, each in by_size.items()]
    whole = by_size[MANY].megabytes + (itself or 0)
    note = f"{itself:.0f} MB of it are Python, the SDK and our code" if itself else "without Python and the SDK"
    return [
        *(figure for row in zip(*figures, strict=True) for figure in row),
        spread(
            AREA,
            f"{job.name}: time of a link among 10,000, against one among 100",
            growth,
            "ratio",
            GROWTH,
            wobbles=True,
        ),
        Figure(
            AREA,
            f"{job.name}: memory of a whole function, 10,000 links",
            whole,
            "MB",
            MOST_MEGABYTES,
            note=note,
            wobbles=True,
        ),
    ]


def _growing(job: Job, links: int, each: Taken) -> list[Figure]:
    pages = -(-links // 100)
    last = links == MANY
    note = f"{pages} pages of connections; the other {each.calls - pages} are the same for 1 link" if last else ""
    return [
        spread(AREA, f"{job.name}: time", each.milliseconds, "ms CPU", links=links, wobbles=True),
        Figure(AREA, f"{job.name}: memory", each.megabytes, "MB", links=links, wobbles=True),
        Figure(
            AREA,
            f"{job.name}: Direct Connect calls",
            each.calls,
            at_most=pages + FIXED_CALLS if last else None,
            note=note,
            links=links,
        ),
    ]
