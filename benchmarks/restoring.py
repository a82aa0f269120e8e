"""How long it takes to ask the old key back where its removal cut the line.

A rotation walks with the product's defaults, and after the removal the router turns out to have lied, or loses the new
key a little later: at another moment between two looks in each round, so that no look is lucky.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from benchmarks.figures import Figure, spread
from sandbox.twin import CallRecord, RouterBehaviour
from sandbox.twin import World as TwinWorld
from tests.walk.walker import Walker
from tests.worlds.estates import LINK, a_connection
from tests.worlds.scene import Scene, a_scene

AREA = "restoring"
LOST_AFTER_SECONDS = (None, 0.0, 1.3, 2.6, 3.9, 5.2, 6.5, 7.8, 9.1, 10.4)
"""When the router loses the new key, counted from the removal; None: it never used it."""
LAGS_SECONDS = (0.0, 15.0)
"""By how much the port's status lags behind the line; nobody can look earlier than it shows."""
LOOKS_EACH_SECONDS = 0.1
WATCHED_SECONDS = 60
MOST_LOOKS = 2
MOST_BETWEEN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Restored:
    """What one loss took: seconds since the status showed it and since it began, our looks, and the time between."""

    since_shown: float
    since_lost: float
    looks: int
    between: float


@dataclass
class _Seen:
    """Notes when the status showed the loss, when we looked after the removal, and when the old key was asked for."""

    scene: Scene
    looks: list[datetime] = field(default_factory=list)
    down: list[datetime] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    removed: bool = False

    def heard(self, call: CallRecord) -> None:
        """Note a call of ours."""
        if call.operation == "DisassociateMacSecKey":
            self.removed = True
        elif call.operation == "DescribeConnections" and self.removed and call.principal == "dxmacsec":
            self.looks.append(call.at)
        elif call.operation == "AssociateMacSecKey" and self.removed:
            self.asked.append(call.at)

    def watched(self) -> None:
        """Note the first moment at which a port's status reads down."""
        if not self.down and not all(port.encrypted for port in self.scene.link(LINK).ports):
            self.down.append(self.scene.clock.now())


def lose(lost_after: float | None, lag: float) -> Restored:
    """Rotate a connection whose line is lost after the removal, until the old key is back.

    Raises:
        RuntimeError: the rotation ended otherwise.
    """
    scene = a_scene(a_connection(), TwinWorld.from_json({"seconds": {"status_lag": lag}}), bake=timedelta(0))
    walker, seen = Walker(scene), _Seen(scene)
    scene.twin.on_call.append(seen.heard)
    router = scene.twin.router(LINK)
    if lost_after is None:
        router.behaviour = RouterBehaviour(loses_encryption_when_old_removed=True)

    def begin() -> None:
        for number in range(int(WATCHED_SECONDS / LOOKS_EACH_SECONDS)):
            scene.clock.at(number * LOOKS_EACH_SECONDS, seen.watched)
        if lost_after is not None:
            scene.clock.at(lost_after, lambda: router.remove(scene.key_maker.made[0].ckn))

    walker.leaving["RetireKey"] = begin
    ended = walker.rotate(LINK)
    if ended.error != "Restored" or not scene.link(LINK).encrypted:
        message = f"the measured loss ended {ended.status}: {ended.error}: {ended.cause}"
        raise RuntimeError(message)
    return _taken(scene, seen)


def _taken(scene: Scene, seen: _Seen) -> Restored:
    asked, down = seen.asked[0], seen.down[0]
    lost = [end for _, end, kind in scene.twin.meter.timeline(LINK) if kind == "encrypted" and end < asked][-1]
    until = [look for look in seen.looks if look <= asked]
    return Restored(
        since_shown=(asked - down).total_seconds(),
        since_lost=(asked - lost).total_seconds(),
        looks=sum(look >= down for look in until),
        between=max((later - before).total_seconds() for before, later in pairwise(until)),
    )


def measure() -> list[Figure]:
    """Measure a loss at each moment, with a status that tells at once and with one that lags."""
    rounds = {lag: [lose(after, lag) for after in LOST_AFTER_SECONDS] for lag in LAGS_SECONDS}
    every = [each for of_lag in rounds.values() for each in of_lag]
    prompt, late = (rounds[lag] for lag in LAGS_SECONDS)
    twin = "s of twin time"
    return [
        _worst("looks from encryption down to the old key asked back", [each.looks for each in every], "", MOST_LOOKS),
        _worst("time between two looks after a removal", [each.between for each in every], twin, MOST_BETWEEN_SECONDS),
        _worst(
            "from encryption down to the old key asked back",
            [each.since_shown for each in every],
            twin,
            MOST_LOOKS * MOST_BETWEEN_SECONDS,
        ),
        spread(AREA, "from the last encrypted frame, status at once", [each.since_lost for each in prompt], twin),
        spread(
            AREA,
            f"from the last encrypted frame, status {LAGS_SECONDS[1]:g} s behind",
            [each.since_lost for each in late],
            twin,
        ),
    ]


def _worst(what: str, values: list[float], unit: str, at_most: float) -> Figure:
    """Return the worst of several rounds: one line that stays dark for longer is one too many."""
    return Figure(AREA, f"{what}, at worst", max(values), unit, at_most, min(values), max(values), len(values))
