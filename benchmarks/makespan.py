"""How long a run over the fleet takes, against the shortest that groups and the width of a wave allow.

However they are laid out: the links of one redundancy group come one after the other, and no more links are rotated
at a time than a wave is wide. So no run is shorter than its longest group, nor than all its rotations side by side in
as many rows as a wave is wide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.figures import Figure
from benchmarks.many_links import GROUP_TAG, a_region, plan
from sandbox.twin import Estate, PortPlan, RouterBehaviour
from sandbox.twin.estates import LOCATIONS
from tests.walk.fleet_walker import FleetWalker
from tests.worlds.scene import a_scene

AREA = "fleet"
ALIKE_LINKS = 500
LINKS_A_GROUP = (2, 5)
NEAR = 1.1
"""How much longer than the shortest a run of rotations that all take as long may be."""

GROUPS = (3, 2, 2, 2, 2, 1)
"""Links of each group that is walked."""
WIDTH = 4
LATE_MINUTES = (0, 7, 2, 12, 4, 1, 9, 3, 0, 5, 2, 6)
"""How long each link's router takes for each answer: no two rotations take as long."""


@dataclass(frozen=True, slots=True)
class Walked:
    """A run that was walked: each rotation's seconds, and the seconds of the run beside them."""

    waves: tuple[tuple[str, ...], ...]
    seconds: dict[str, float]
    beside: float


def makespan(waves: Iterable[Iterable[str]], seconds: Mapping[str, float]) -> float:
    """Return how long waves take one after the other, where each ends with its slowest link."""
    return sum(max(seconds[link] for link in wave) for wave in waves)


def shortest(group_of: Mapping[str, str], seconds: Mapping[str, float], width: int) -> float:
    """Return what no run can be shorter than, waves or not."""
    of_groups: Counter[str] = Counter()
    for link, group in group_of.items():
        of_groups[group] += seconds[link]  # type: ignore[assignment]  # seconds are fractions
    return max(*of_groups.values(), sum(seconds.values()) / width)


def measure() -> list[Figure]:
    """Lay out 500 links whose rotations take as long, and walk a dozen whose rotations don't."""
    return [*(_alike(links_a_group) for links_a_group in LINKS_A_GROUP), _walked_figure()]


def _alike(links_a_group: int) -> Figure:
    _, world, _ = a_region(ALIKE_LINKS, links_a_group=links_a_group)
    fleet = plan(world)
    width = world.limits.max_links_a_wave
    one_each = {due.link: 1.0 for due in fleet.due}
    least = -(-shortest({due.link: due.group for due in fleet.due}, one_each, width) // 1)
    waves = makespan(fleet.waves, one_each)
    note = f"{waves:.0f} waves of at most {width}, {least:.0f} at least"
    what = f"makespan of 500 links in groups of {links_a_group}, rotations alike, against the shortest"
    return Figure(AREA, what, waves / least, "ratio", NEAR, note=note)


def walked() -> tuple[Walked, dict[str, str]]:
    """Walk a run on the virtual clock, and return it with the group of each link.

    The walk takes the links of a wave one after the other, and what it measures of each is laid side by side after it.

    Raises:
        RuntimeError: the run did not rotate every link.
    """
    names = [f"group-{number}" for number, links in enumerate(GROUPS) for _ in range(links)]
    group_of = {f"dxcon-{number:08x}": name for number, name in enumerate(names)}
    scene = a_scene(_estate(group_of), max_links_a_wave=WIDTH)
    for link, minutes in zip(group_of, LATE_MINUTES, strict=True):
        scene.twin.router(link).behaviour = RouterBehaviour(answers="late", late_seconds=60 * minutes)
    walker = FleetWalker(scene)
    run = walker.rotate_fleet(all=True)
    ended = scene.executions.ended
    seconds = {each.input["link"]: (ended[each.arn] - each.started_at).total_seconds() for each in walker.rotations()}
    if run.status != "SUCCEEDED" or seconds.keys() != group_of.keys():
        message = f"the measured run ended {run.status}: {run.error}: {run.cause}"
        raise RuntimeError(message)
    beside = (ended[run.arn] - run.started_at).total_seconds() - sum(seconds.values())
    return Walked(tuple(tuple(wave) for wave in run.output["waves"]), seconds, beside), group_of


def _estate(group_of: Mapping[str, str]) -> Estate:
    ports = (
        PortPlan(link, link, "EqDC2", mode="must_encrypt", keys=1, tags={GROUP_TAG: group})
        for link, group in group_of.items()
    )
    return Estate(LOCATIONS, connections=tuple(ports))


def _walked_figure() -> Figure:
    run, group_of = walked()
    took, least = run.beside + makespan(run.waves, run.seconds), shortest(group_of, run.seconds, WIDTH)
    quickest, slowest = min(run.seconds.values()) / 60, max(run.seconds.values()) / 60
    note = (
        f"{took / 60:.0f} minutes in {len(run.waves)} waves, {least / 60:.0f} at least; "
        f"one rotation takes {quickest:.0f} to {slowest:.0f}, and a wave ends with its slowest"
    )
    what = f"makespan of {len(group_of)} links in groups of 1 to 3, rotations unlike, walked, against the shortest"
    return Figure(AREA, what, took / least, "ratio", note=note)
