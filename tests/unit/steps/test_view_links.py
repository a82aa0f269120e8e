from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from dxmacsec.compliance import Standing, Status
from dxmacsec.errors import LinkNotFound
from dxmacsec.fleet import KeySince
from dxmacsec.interfaces import Owner, Pause, StoryRow, TaskRow
from dxmacsec.model import Execution, RouterMode, RouterTaskKind
from dxmacsec.steps.plan_fleet import plan_fleet
from dxmacsec.steps.view_links import partners, view_link, view_links
from tests.worlds.estates import (
    HOSTED,
    INTERCONNECT,
    LAG,
    LINK,
    MEMBERS,
    PARTNER,
    a_connection,
    a_lag,
    a_pair_of_connections,
    an_interconnect,
)
from tests.worlds.scene import a_scene

MINE = Owner("arn:mine", "mine", datetime(2026, 3, 1, tzinfo=UTC))
PAUSE = Pause("LinkDark", "It stayed dark.", "r1", MINE.since)


@dataclass
class Tasks:
    """Router tasks that wait, and whose were asked for."""

    waiting: dict[str, tuple[TaskRow, ...]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def of_link(self, link: str, *, limit: int | None = None) -> Iterator[StoryRow]:  # noqa: ARG002 - the Protocol's
        """Yield nothing: a view reads no history."""
        yield from ()

    def tasks(self, link: str) -> tuple[TaskRow, ...]:
        """Return what waits for a link."""
        self.asked.append(link)
        return self.waiting.get(link, ())


def a_task(link: str = LINK) -> TaskRow:
    """Return a task that waits."""
    deadline = MINE.since + timedelta(hours=24)
    return TaskRow("mine.prove.1", link, RouterTaskKind.PROVE, "mine", "token", MINE.since, deadline, {})


def standing(link: str) -> Standing:
    """Return a verdict."""
    return Standing(link, 1, Status.COMPLIANT, ("Compliant",), "All is well.", MINE.since)


def test_a_view_joins_what_direct_connect_and_the_ledger_know() -> None:
    scene = a_scene()
    (key,) = scene.link(LINK).keys
    scene.ledger.rotation_locks[f"LINK#{LINK}"] = MINE
    scene.ledger.acting_locks[LINK] = MINE
    scene.ledger.pauses[LINK] = PAUSE
    scene.ledger.enforcement_pauses[LINK] = PAUSE
    scene.ledger.standings[LINK] = standing(LINK)
    since = scene.clock.now() - timedelta(days=10)
    scene.fleet_ledger.set_key_since(LINK, KeySince(key.ckn, since, "r0"))
    stories = Tasks({LINK: (a_task(),)})

    (view,) = view_links(scene.world, stories)

    assert (view.link.id, view.rotating, view.acting) == (LINK, MINE, MINE)
    assert (view.pause, view.enforcement_pause, view.standing) == (PAUSE, PAUSE, standing(LINK))
    assert (view.key_since, view.due_at) == (since, since + timedelta(days=90))
    assert view.age_days(scene.clock.now()) == 10
    assert view.tasks == (a_task(),)


def test_router_tasks_are_read_only_of_links_that_are_rotated() -> None:
    scene = a_scene(a_pair_of_connections())
    scene.ledger.rotation_locks[f"LINK#{PARTNER}"] = MINE
    stories = Tasks()

    view_links(scene.world, stories)

    assert stories.asked == [PARTNER]


def test_links_come_by_their_ids_and_a_hosted_connection_has_no_verdict_and_no_due_day() -> None:
    scene = a_scene(an_interconnect())

    views = view_links(scene.world, Tasks())

    assert [view.link.id for view in views] == sorted([INTERCONNECT, HOSTED])
    assert {view.link.id: view.due_at is None for view in views} == {INTERCONNECT: False, HOSTED: True}


def test_a_members_id_gives_its_lag() -> None:
    scene = a_scene(a_lag())

    view = view_link(MEMBERS[0], scene.world, Tasks())

    assert view.link.id == LAG
    assert {port.connection_id for port in view.link.ports} == set(MEMBERS)


def test_an_unknown_link_is_refused() -> None:
    with pytest.raises(LinkNotFound):
        view_link("dxcon-nobody00", a_scene().world, Tasks())


@pytest.mark.parametrize("seconds", [0, 3600], ids=["deleting", "deleted"])
def test_a_link_that_is_deleted_is_left_out_while_aws_lists_it(seconds: int) -> None:
    scene = a_scene(a_pair_of_connections())
    scene.twin.call("DeleteConnection", {"connectionId": LINK}, principal="person")
    scene.clock.sleep(seconds)
    assert scene.link(LINK).state in ("deleting", "deleted")

    assert [view.link.id for view in view_links(scene.world, Tasks())] == [PARTNER]


def test_a_link_whose_last_key_was_taken_is_due_now() -> None:
    scene = a_scene(a_connection(keys=0), onboard=False)
    assert view_link(LINK, scene.world, Tasks()).due_at is None

    scene.fleet_ledger.set_key_since(LINK, KeySince("ab" * 32, scene.clock.now(), "r0"))

    assert view_link(LINK, scene.world, Tasks()).due_at == scene.clock.now()


def test_a_link_that_gets_its_first_key_by_itself_is_due_now() -> None:
    scene = a_scene(a_connection(keys=0), onboard=True)

    assert view_link(LINK, scene.world, Tasks()).due_at == scene.clock.now()


@pytest.mark.parametrize("onboard", [False, True])
@pytest.mark.parametrize("known", [False, True])
def test_a_link_without_a_key_is_due_where_the_fleet_takes_it(*, onboard: bool, known: bool) -> None:
    scene = a_scene(a_connection(keys=0), onboard=onboard)
    if known:
        scene.fleet_ledger.set_key_since(LINK, KeySince("ab" * 32, scene.clock.now(), "r0"))
    execution = Execution("run", "arn:run", scene.clock.now())

    plan = plan_fleet({}, execution, scene.world)

    assert view_link(LINK, scene.world, Tasks()).is_due(scene.clock.now()) is bool(plan.due)


def test_a_tag_that_is_not_understood_is_a_warning_of_the_view() -> None:
    scene = a_scene(a_connection(tags={"dxmacsec:max-age-days": "many"}))

    (view,) = view_links(scene.world, Tasks())

    assert "dxmacsec:max-age-days" in view.warnings[0]


@pytest.mark.parametrize(("declared", "expected"), [(True, [PARTNER]), (False, [])], ids=["declared", "undeclared"])
def test_partners_are_the_others_of_a_declared_group(declared: bool, expected: list[str]) -> None:  # noqa: FBT001
    scene = a_scene(a_pair_of_connections(declared=declared))

    found = partners(view_link(LINK, scene.world, Tasks()), scene.world)

    assert [link.id for link in found] == expected


@pytest.mark.parametrize(
    ("tags", "mode"), [({}, RouterMode.AGENT), ({"dxmacsec:router-mode": "manual"}, RouterMode.MANUAL)]
)
def test_who_answers_for_the_router_is_chosen_by_a_tag_or_the_configuration(
    tags: dict[str, str], mode: RouterMode
) -> None:
    scene = a_scene(a_connection(tags=tags), router_mode=RouterMode.AGENT)

    (view,) = view_links(scene.world, Tasks())

    assert view.router_mode is mode
