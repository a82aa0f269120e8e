"""The second act: a run over the fleet is followed, read and reported."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console
from rich.spinner import Spinner

from sandbox.demo import tables
from sandbox.demo.fleet import RotateFleet
from sandbox.demo.progress import Now, display, now_table
from sandbox.demo.rotating import Rotations
from sandbox.demo.scheduled import Scheduled
from sandbox.demo.sights import Due, FleetNow, FleetPlan, FleetRun, LeftOut
from tests.sandbox.demo_builders import CALM, ScriptedMachine, ScriptedStepFunctions, a_link, entered, lines_of, printed

NOT_DUE = LeftOut("dxcon-north-b", "NotDue", "dxcon-north-b has a key that is young enough until 2027-02-19.")


PLAN = FleetPlan(
    (("dxcon-north-a",), ("dxcon-backbone",)),
    (Due("dxcon-north-a", "KeyTooOld", 120.4), Due("dxcon-backbone", "UnknownAge")),
    (NOT_DUE,),
)


class ScriptedFleet:
    """Plans, starts a rotation a wave while it is looked at, and ends."""

    def __init__(self, machine: ScriptedMachine) -> None:
        self._machine, self._looks = machine, 0

    def started_by(self, fire: Callable[[], None]) -> str:
        fire()
        return "fleet"

    def now(self, _execution: str) -> FleetNow:
        self._looks += 1
        if self._looks == 1:
            return FleetNow(running=True, state="PlanFleet")
        wave = self._looks - 3
        if self._looks > 2 and wave < len(PLAN.waves):
            self._machine.start(PLAN.waves[wave][0])
            return FleetNow(running=True, state="RotateWave", wave=wave, plan=PLAN)
        return FleetNow(self._looks == 2, "CheckWave", 0, PLAN)

    def ended(self, _execution: str) -> FleetRun:
        return FleetRun("SUCCEEDED", "FleetRotated", "2 links rotated.")


def test_a_scheduled_run_shows_its_plan_its_waves_and_who_is_left_out() -> None:
    console, machine, fired = Console(file=io.StringIO(), width=120), ScriptedMachine(), list[str]()
    machine.start("dxcon-known-before")
    rotations = Rotations(machine, lambda _: CALM, poll_seconds=0)  # type: ignore[arg-type]
    links = [a_link("north-a"), a_link("north-b"), a_link("backbone", "other")]
    scheduled = Scheduled(links, ScriptedFleet(machine), machine, rotations)  # type: ignore[arg-type]

    run = scheduled.run(lambda: fired.append("once"), display(console))

    assert (run.succeeded, fired, set(rotations.runs)) == (True, ["once"], {"dxcon-north-a", "dxcon-backbone"})
    assert lines_of(console) == [
        ["RotateFleet:", "reading every link: who is due?"],
        *(["north-a", "· waits for the plan"], ["north-b", "· waits for the plan"]),
        ["backbone", "· waits for the plan"],
        ["RotateFleet:", "may the next wave start?"],
        ["north-a", "· wave 1, due: KeyTooOld, 120 days"],
        ["backbone", "· wave 2, due: UnknownAge"],
        ["north-b", "- left out, NotDue: has a key that is young enough until 2027-02-19."],
        ["RotateFleet:", "rotating wave 1 of 2"],
        ["north-a", "▸ baking: the old key is the way back"],
        ["RotateFleet:", "rotating wave 2 of 2"],
        ["north-a", "✓ uses its new key."],
        ["backbone", "▸ starting"],
        ["backbone", "▸ baking: the old key is the way back"],
        ["RotateFleet", "has ended"],
        ["backbone", "✓ uses its new key."],
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_the_live_table_says_why_a_link_is_left_out_without_losing_a_letter(width: int) -> None:
    rows = [
        Now(a_link("partner-edge"), "running", "x" * 38, 10.5, 20.5, CALM, "wave 1"),
        Now(
            a_link("customer-one"),
            "left out",
            "HostedConnection: its host's port holds the keys.",
            0,
            0,
            None,
            "left out",
        ),
    ]

    table = printed(now_table(rows, Spinner("dots")), width)

    assert all(part in table for part in ("wave 1", "partner-edge", "x" * 38, "20.5 s", "● encrypted", "left out"))
    assert "HostedConnection: its host's port holds the keys." in " ".join(table.partition("customer-one")[2].split())
    assert "…" not in table


def test_the_report_of_a_fleet_run_names_what_was_not_touched() -> None:
    run = FleetRun(
        "FAILED",
        "FleetStopped",
        "1 failed.",
        (("dxcon-1", "FAILED", "RouterFailed"),),
        (LeftOut("dxcon-3", "NotDue", "dxcon-3 has a young key."),),
        ("dxcon-2",),
    )

    shown = printed(tables.fleet(run, {"dxcon-1": "one", "dxcon-2": "two", "dxcon-3": "three"}))

    cells = [line.split() for line in shown.splitlines()]
    assert ["✗", "FAILED", "FleetStopped:", "1", "failed."] in cells
    assert ["one", "FAILED", "RouterFailed"] in cells
    assert ["two", "not", "touched", "-"] in cells
    assert ["three", "left", "out", "NotDue", "has", "a", "young", "key."] in cells


def test_a_fleet_run_is_read_from_its_history() -> None:
    document = {
        "wave": 1,
        "waves": [["a"], ["b"]],
        "due": [{"link": "a", "why": "NoKey", "age_days": None}],
        "left_out": [{"link": "c", "reason": "NotDue", "sentence": "c is young."}],
    }
    events = [entered("PlanFleet", {}), entered("FleetPlanned?", document), entered("RotateWave", document)]
    report = {"results": [{"link": "a", "status": "FAILED", "reason": "RouterFailed"}], "not_touched": ["b"]}

    now = RotateFleet(ScriptedStepFunctions([*events, entered("RotateLink", {})], status="RUNNING"), "arn").now("fleet")
    failed = [*events, entered("Failed", {"report": report})]
    client = ScriptedStepFunctions(failed, status="FAILED", error="FleetStopped", cause="1 failed.")

    plan = FleetPlan((("a",), ("b",)), (Due("a", "NoKey"),), (LeftOut("c", "NotDue", "c is young."),))
    assert now == FleetNow(running=True, state="RotateWave", wave=1, plan=plan)
    assert RotateFleet(client, "arn").ended("fleet") == FleetRun(
        "FAILED", "FleetStopped", "1 failed.", (("a", "FAILED", "RouterFailed"),), (), ("b",)
    )


def test_a_schedule_that_starts_nothing_is_an_error() -> None:
    client = ScriptedStepFunctions([])
    fleet = RotateFleet(client, "arn")

    assert fleet.started_by(lambda: client.executions.append("new")) == "new"
    with pytest.raises(LookupError, match="0 were started"):
        fleet.started_by(lambda: None)
