"""A name is a name: what a table prints of AWS and of the ledger is no markup of the terminal's library."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from cli.ending import Ending
from cli.executions import Result
from cli.plans import rotation_shown
from dxmacsec.compliance import Standing, Status
from dxmacsec.interfaces import Owner, Pause, TaskRow
from dxmacsec.model import RouterTaskKind
from dxmacsec.policy.groups import GROUP_TAG
from sandbox.twin import Estate, PortPlan
from sandbox.twin.estates import LOCATIONS
from tests.cli.acting import a_desk
from tests.cli.played import PlayedAccount, a_row, execution, played
from tests.worlds.estates import LINK, PARTNER
from tests.worlds.scene import LIMITS, a_scene

HOSTILE = pytest.mark.parametrize("name", ["x[/b]", "north[dc1]", "[red]up[/red]", "a:warning:b"])
WIDE = 200


def an_estate(name: str) -> Estate:
    """Return a pair whose names and group are the same."""
    ports = (
        PortPlan(link, name, place, mode="must_encrypt", keys=1, tags={GROUP_TAG: name})
        for link, place in ((LINK, "EqDC2"), (PARTNER, "CSVA1"))
    )
    return Estate(LOCATIONS, connections=tuple(ports))


@pytest.fixture
def hostile(name: str, monkeypatch: pytest.MonkeyPatch) -> PlayedAccount:
    """Return an account in which every free text of AWS and of the ledger is the name."""
    scene = a_scene(an_estate(name))
    account, now = played(scene, monkeypatch), scene.clock.now()
    scene.ledger.standings[LINK] = Standing(LINK, 1, Status.NON_COMPLIANT, (name,), name, now)
    scene.ledger.pauses[LINK] = Pause(name, name, name, now)
    scene.ledger.rotation_locks[f"LINK#{LINK}"] = Owner(execution("r1"), f"lock-{name}", now)
    message = {"ports": [LINK], "ckn": None, "what": f"do-{name}"}
    account.stories.waiting.append(TaskRow("t", LINK, RouterTaskKind.PROVE, "r1", "token", now, now, message))
    asked = {"link": LINK, "reason": name, "urgent": False, "version_id": None}
    day = timedelta(days=1)
    account.stories.rows.append(a_row(LINK, "r0", now - day, reason=name, sentence=name, status=name, asked=asked))
    return account


@HOSTILE
@pytest.mark.parametrize(
    ("words", "times"),
    [
        (("status",), 4),
        (("status", LINK), 15),
        (("report",), 4),
        (("history",), 4),
        (("history", LINK), 4),
        (("evidence", "r0", "--link", LINK), 4),
        (("tasks",), 1),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else None,
)
@pytest.mark.parametrize("columns", [80, WIDE])
def test_every_table_prints_it_as_it_is(
    hostile: PlayedAccount, name: str, words: tuple[str, ...], times: int, columns: int
) -> None:
    typed = hostile.type(*words, columns=columns)

    assert typed.exit_code == Ending.DONE, repr(typed.exception)
    if columns == WIDE:
        assert typed.stdout.count(name) == times


@HOSTILE
def test_the_plan_of_a_fleet_prints_it_as_it_is(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = a_desk(monkeypatch, capsys, an_estate(name))
    desk.scene.ledger.pauses[PARTNER] = Pause(name, name, name, desk.scene.clock.now())
    monkeypatch.setenv("COLUMNS", str(WIDE))

    typed = desk.type("rotate", "--all", "--dry-run")

    assert typed.code == Ending.DONE
    # The group of the one that is rotated, and why the other is left out.
    assert typed.out.count(name) == 3


@HOSTILE
def test_the_plan_of_one_link_prints_what_the_machine_said(name: str) -> None:
    plan = {
        "supersedes": [{"ckn": name, "version_id": None}],
        "reuse_version_id": name,
        "steps": [name],
        "onboarding": False,
        "mode": name,
        "make_room": None,
        "dark_ports": [name],
    }
    report: dict[str, Any] = {"link": name, "kind": name, "plan": plan, "member_given": None, "checks": []}
    shown = StringIO()

    planned = Result("arn", "PLANNED", report=report, router_mode="manual")
    Console(file=shown, width=WIDE).print(rotation_shown(planned, LIMITS, urgent=False))

    assert shown.getvalue().count(name) == 7
