"""What the lives of accounts (tests/properties/test_months.py) found: each is kept here, as short as it can be told."""

from __future__ import annotations

from dxmacsec.model import Label
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE, RECOVERY_FIRST
from tests.walk.months import Months, some_months
from tests.walk.quick import a_walk
from tests.walk.walker import Walker
from tests.walk.witness import reasons
from tests.worlds.estates import LINK, PARTNER
from tests.worlds.scene import LIMITS

LONG_DEAD = LIMITS.abandoned_after.total_seconds() + 1


def ended_well(months: Months) -> None:
    months.settle()
    assert months.promises.broken == []
    assert months.promises.rest() == []


def walked_to(walker: Walker, link: str, state: str) -> None:
    walker.walk_to(walker.start("rotate_key", {"link": link}), state)


def test_a_start_that_is_refused_for_its_partner_leaves_the_lock_of_a_dead_rotation_to_its_recovery() -> None:
    months = some_months()
    dead = months.start("rotate_key", {"link": LINK})
    months.walker.walk_to(dead, "Bake")
    months.stop(dead)
    months.scene.clock.sleep(LONG_DEAD)
    walked_to(months.walker, PARTNER, "Bake")

    assert reasons(months.walker.rotate(LINK)) == ("FAILED", "AlreadyRotating")

    recovery = months.walker.recover(dead)
    assert recovery.output["recovered"] == dead.arn
    assert not months.scene.key_secrets.holder(LINK, Label.NEW)
    ended_well(months)


def test_a_start_that_is_refused_over_a_dark_line_leaves_it_to_the_recovery_of_the_dead_rotation() -> None:
    walk = a_walk()
    walk.behave(loses_encryption_when_old_removed=True)
    dead = walk.start()
    walk.walker.walk_to(dead, "AwaitRetired")
    walk.walker.stop(dead)
    walk.scene.clock.sleep((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST).total_seconds() + 1)
    assert not walk.scene.link(LINK).encrypted

    assert reasons(walk.rotate()) == ("FAILED", "AlreadyRotating")

    assert walk.walker.recover(dead).output["roads"] == ["restore"]
    assert walk.scene.link(LINK).encrypted
