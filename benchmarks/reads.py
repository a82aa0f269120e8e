"""How many calls at Direct Connect a step makes that looks for the partners of a link among 10,000 links."""

from __future__ import annotations

from benchmarks.figures import Figure
from benchmarks.many_links import a_region, plan
from dxmacsec.model import Execution
from dxmacsec.steps.check_wave import check_wave
from dxmacsec.steps.plan_rotation import plan_rotation
from dxmacsec.steps.take_lock import take_lock

AREA = "fleet"
LINKS = 10_000
WHY = "DescribeConnections knows no filter by tag, so that each look for partners reads every page"


def measure() -> list[Figure]:
    """Measure what each wave and each rotation of a run reads; what PlanFleet and SweepLinks read is measured apart."""
    return [
        Figure(AREA, "Direct Connect calls before each wave, 10,000 links", before_a_wave(LINKS), note=WHY),
        Figure(AREA, "Direct Connect calls of a rotation's plan, 10,000 links", of_a_plan(LINKS), note=WHY),
    ]


def before_a_wave(links: int) -> int:
    """Return the calls of CheckWave before a wave of links that have partners."""
    _, world, pages = a_region(links)
    fleet = plan(world)
    before = pages.calls
    check_wave(fleet, world)
    return pages.calls - before


def of_a_plan(links: int) -> int:
    """Return the calls of TakeLock and PlanRotation for a link that has a partner.

    Raises:
        RuntimeError: the rotation was refused.
    """
    _, world, pages = a_region(links)
    arn = "arn:aws:states:us-east-1:123456789012:execution:dxmacsec-RotateKey:benchmark"
    locked = take_lock({"link": pages.first}, Execution(arn, "benchmark", world.clock.now()), world)
    planned = plan_rotation(locked, world)
    if planned.verdict.next != "go":
        message = f"the measured rotation was not planned: {planned.verdict}"
        raise RuntimeError(message)
    return pages.calls
