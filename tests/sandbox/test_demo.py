"""The demonstration: its pure parts, and one real run of it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console, RenderableType
from rich.spinner import Spinner

from sandbox.cloud.journal import Call
from sandbox.demo import strips, tables
from sandbox.demo.acts import by_hand_first
from sandbox.demo.calls import dx_calls
from sandbox.demo.fleet import RotateFleet
from sandbox.demo.links import links_seen
from sandbox.demo.machine import Place
from sandbox.demo.picture import picture
from sandbox.demo.progress import ChangeLines, LiveTable, Now, display, now_table
from sandbox.demo.promises import Proof, always_associated, promises
from sandbox.demo.report import Report
from sandbox.demo.rotating import Rotations, by_hand
from sandbox.demo.scheduled import Scheduled
from sandbox.demo.sights import (
    Due,
    FleetNow,
    FleetPlan,
    FleetRun,
    LeftOut,
    LinkSeen,
    Run,
    Started,
    Step,
    Traffic,
    short,
)
from sandbox.demo.timeline import Timeline, Track, timeline
from sandbox.demo.words import FLEET_STATES, NESTED_STATES, STATES, doing
from sandbox.twin import DEMO_ESTATE, DirectConnectTwin, KeyLife, VirtualClock
from sandbox.twin.client import TwinClient

ROOT = Path(__file__).parents[2]
ZERO = datetime(2026, 1, 1, tzinfo=UTC)
OLD, NEW = "ab" * 32, "cd" * 32
CALM = Traffic(30.0, 0.0, 0.0)


def at(seconds: float) -> datetime:
    return ZERO + timedelta(seconds=seconds)


def a_link(name: str = "north-a", group: str | None = "north") -> LinkSeen:
    return LinkSeen(
        f"dxcon-{name}",
        name,
        "connection",
        "10Gbps",
        "must_encrypt",
        "Encryption Up",
        capable=True,
        ckns=(NEW,),
        group=group,
    )


def a_run(link: str = "dxcon-north-a", status: str = "SUCCEEDED") -> Run:
    steps = (Step("TakeLock", at(0)), Step("Locked?", at(1)), Step("AssociateKey", at(2)), Step("Bake", at(6)))
    return Run(link, status, "Rotated", f"{link} uses its new key.", at(0), at(20), steps, old_ckn=OLD, new_ckn=NEW)


def lives() -> list[KeyLife]:
    return [
        KeyLife(OLD, at(-60), at(-60), at(12), [(at(-60), at(6))]),
        KeyLife(NEW, at(4), at(6), None, [(at(6), at(21))]),
    ]


def a_timeline(traffic: Sequence[tuple[datetime, datetime, str]] | None = None) -> Timeline:
    return timeline([Track(a_link("<a> & b"), a_run(), lives(), traffic or [(at(-60), at(21), "encrypted")])])


def printed(content: RenderableType, width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(content)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def a_proof(**changes: Any) -> Proof:  # noqa: ANN401 - fields of several types
    return replace(Proof(a_run(), a_link(), lives(), CALM, NEW), **changes)


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        ("rotate_key", STATES),
        ("enforce_encryption", NESTED_STATES),
        ("rotate_fleet", FLEET_STATES),
    ],
)
def test_every_state_in_which_time_passes_has_its_words(machine: str, words: dict[str, object]) -> None:
    states = json.loads((ROOT / "infra" / f"{machine}.asl.json").read_text())["States"]

    timed = {name for name, state in states.items() if state["Type"] in ("Task", "Wait", "Map")}

    assert set(words) == timed


def test_words_fit_a_narrow_terminal() -> None:
    said = [doing(state) for state in STATES] + [doing("EnforceEncryption", nested) for nested in NESTED_STATES]

    assert max(map(len, said)) <= 40


def test_the_link_whose_mode_is_raised_is_rotated_by_hand() -> None:
    incapable = replace(a_link("branch"), capable=False, mode="no_encrypt")
    raised = replace(a_link("north-b"), mode="should_encrypt")

    assert by_hand_first([incapable, a_link(), raised]) == raised
    assert by_hand_first([incapable, a_link()]) == a_link()


def test_links_are_read_as_direct_connect_describes_them() -> None:
    twin = DirectConnectTwin(DEMO_ESTATE, clock=VirtualClock())

    links = links_seen(TwinClient(twin))

    assert [(link.kind, link.capable, len(link.ckns)) for link in links] == [
        ("connection", True, 1),
        ("connection", True, 1),
        ("lag", True, 1),
        ("interconnect", True, 1),
        ("hosted", False, 0),
        ("connection", False, 0),
    ]


def test_a_lag_is_up_only_if_every_member_is() -> None:
    twin = DirectConnectTwin(DEMO_ESTATE, clock=VirtualClock())
    twin.drop_port("dxcon-fm4n5p6q")

    lag = next(link for link in links_seen(TwinClient(twin)) if link.kind == "lag")

    assert lag.encryption == "Encryption Down"
    assert lag.ports == ("dxcon-fm1n2p3q", "dxcon-fm4n5p6q")


def test_calls_of_our_functions_for_a_link_and_its_members_are_counted() -> None:
    lag = replace(a_link(), id="dxlag-1", ports=("dxcon-1", "dxcon-2"))
    calls = [
        Call(at(1), "PlanRole", "directconnect", "DescribeLags", ("dxlag-1",)),
        Call(at(1), "PlanRole", "directconnect", "DescribeConnections", ()),
        Call(at(1), "PlanRole", "directconnect", "DescribeConnections", ("dxcon-9",)),
        Call(at(2), "PlanRole", "directconnect", "DescribeConnections", ()),
        Call(at(2), "LockRole", "directconnect", "DescribeConnections", ("dxcon-2",)),
        Call(at(3), "person", "directconnect", "DescribeLags", ("dxlag-1",)),
        Call(at(3), "LockRole", "dynamodb", "GetItem", ("dxlag-1",)),
        Call(at(99), "LockRole", "directconnect", "DescribeLags", ("dxlag-1",)),
    ]

    assert dx_calls(calls, lag, a_run("dxlag-1")) == 3


def test_keys_overlap_until_the_old_one_is_removed() -> None:
    lane = a_timeline().lanes[0]

    old, new = lane.keys
    assert [(each.what, each.start, each.end) for each in old.stretches] == [
        ("associated", -1, 12),
        ("in use", -1, 6),
    ]
    assert [(each.what, each.start, each.end) for each in new.stretches] == [
        ("asked", 4, 6),
        ("associated", 6, 21),
        ("in use", 6, 21),
    ]
    assert (old.removed_at, new.removed_at) == (12, None)


def test_the_axis_ends_where_the_traffic_was_last_measured() -> None:
    assert a_timeline([(at(-60), at(20.25), "encrypted")]).end == 20.25
    assert a_timeline([(at(-60), at(99), "encrypted")]).end == 21


def test_phases_join_what_belongs_together_and_end_with_the_run() -> None:
    phases = a_timeline().lanes[0].phases

    assert [(each.what, each.start, each.end) for each in phases] == [
        ("plan", 0, 2),
        ("associate", 2, 6),
        ("bake", 6, 20),
    ]


@pytest.mark.parametrize(
    ("end", "at_most", "ticks"), [(21, 12, (0, 2, 4)), (21, 5, (0, 5, 10)), (300, 8, (0, 50, 100))]
)
def test_ticks_are_round_numbers(end: float, at_most: int, ticks: tuple[int, ...]) -> None:
    assert Timeline(-1, end, ()).ticks(at_most)[:3] == ticks


def test_the_numbers_of_the_axis_stay_within_the_width() -> None:
    console = Console(file=io.StringIO(), width=120)

    lines = console.render_lines(strips.drawn(a_timeline([(at(-60), at(20.25), "encrypted")]), 120), pad=False)

    assert all(sum(segment.cell_length for segment in line) <= 120 for line in lines)
    assert not any("".join(segment.text for segment in line).strip() == "s" for line in lines)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_drawing_fits_the_terminal(width: int) -> None:
    lines = printed(strips.drawn(a_timeline(), width), width).splitlines()

    assert max(map(len, lines)) <= width
    assert any(line.startswith(f"{short(OLD):>10} ▆") and line.endswith("removed") for line in lines)
    assert any(short(NEW) in line and "··" in line for line in lines)


def test_a_moment_without_traffic_is_seen_however_short() -> None:
    broken = a_timeline([(at(-1), at(8), "encrypted"), (at(8), at(8.01), "dropped"), (at(8.01), at(21), "encrypted")])

    terminal, file = printed(strips.drawn(broken, 80), 80), picture(broken)

    traffic = next(line for line in terminal.splitlines() if "traffic ▆" in line)
    assert traffic.count("×") == 1  # noqa: RUF001 - the glyph
    assert "0.0 s clear or dropped" in file
    assert 'class="dropped"' in file


def test_the_picture_is_well_formed_and_escapes_what_it_is_given() -> None:
    svg = picture(a_timeline())

    root = ET.fromstring(svg)  # noqa: S314 - written by ourselves
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"<a> & b", short(OLD), short(NEW), "removed", "asked for", "dropped", "10 s"} <= set(texts)
    assert "prefers-color-scheme: dark" in svg
    assert "href" not in svg
    assert "every second encrypted" in svg


def test_no_word_of_the_picture_leaves_it() -> None:
    root = ET.fromstring(picture(a_timeline()))  # noqa: S314 - written by ourselves

    width = float(root.get("width", "0"))
    starting = [each for each in root.iter("{http://www.w3.org/2000/svg}text") if each.get("text-anchor") == "start"]
    assert max(float(each.get("x", "0")) + 6 * len(each.text or "") for each in starting) < width


def test_every_promise_is_kept_by_a_good_rotation() -> None:
    assert all(promise.kept for promise in promises([a_proof()]))


@pytest.mark.parametrize(
    ("broken", "changes"),
    [
        ("every rotation ended SUCCEEDED", {"run": a_run(status="FAILED")}),
        ("not a second was clear or dropped", {"traffic": Traffic(30, 0, 0.1)}),
        ("not a second was clear or dropped", {"traffic": Traffic(30, 0.1, 0)}),
        ("never fewer than one associated key", {"lives": []}),
        ("must_encrypt, Encryption Up, exactly one key", {"link": replace(a_link(), mode="should_encrypt")}),
        ("must_encrypt, Encryption Up, exactly one key", {"link": replace(a_link(), encryption="Encryption Down")}),
        ("AWSCURRENT holds the CKN that Direct Connect lists", {"current_ckn": None}),
    ],
)
def test_a_broken_promise_names_its_link_and_fails_the_demonstration(broken: str, changes: dict[str, Any]) -> None:
    made = promises([a_proof(**changes)])

    report = Report([], [a_run()], {}, {}, made)
    assert [(promise.sentence, promise.broken_on) for promise in made if not promise.kept] == [(broken, ("north-a",))]
    assert report.exit_code == 1


def test_a_gap_between_two_keys_is_no_coverage() -> None:
    first, second = lives()

    assert always_associated([first, second])
    assert not always_associated([first, replace(second, associated_at=at(13))])
    assert not always_associated([first])


def test_the_document_has_the_fields_that_programs_read() -> None:
    report = Report([a_link()], [a_run()], {"dxcon-north-a": 31}, {"dxcon-north-a": CALM}, promises([a_proof()]))

    assert report.exit_code == 0
    assert report.to_json() == {
        "links": [
            {
                "id": "dxcon-north-a",
                "kind": "connection",
                "mode": "must_encrypt",
                "encryption": "Encryption Up",
                "associated_keys": 1,
            }
        ],
        "rotations": [
            {
                "link": "dxcon-north-a",
                "status": "SUCCEEDED",
                "reason": "Rotated",
                "old_ckn": OLD,
                "new_ckn": NEW,
                "proven_by": None,
                "state_transitions": 4,
                "dx_calls": 31,
                "seconds": 20.0,
            }
        ],
        "traffic": {"dxcon-north-a": {"encrypted_seconds": 30.0, "clear_seconds": 0.0, "dropped_seconds": 0.0}},
    }


class ScriptedMachine:
    """Runs each link for two looks; fails those that it is told to."""

    def __init__(self, failing: str = "") -> None:
        self._failing, self._started, self._looks = failing, list[str](), dict[str, int]()

    def start(self, link: str) -> Started:
        self._started.append(link)
        return Started(link, link, at(0))

    def executions(self) -> frozenset[str]:
        return frozenset(self._started)

    def started_besides(self, known: set[str]) -> list[Started]:
        return [Started(link, link, at(0)) for link in self._started if link not in known]

    def place(self, execution: str, _before: Place | None = None) -> Place:
        self._looks[execution] = self._looks.get(execution, 0) + 1
        return Place(self._looks[execution] < 2, "Bake", at(0))

    def ended(self, _execution: str, link: str) -> Run:
        return a_run(link, "FAILED" if link == self._failing else "SUCCEEDED")


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


def lines_of(console: Console) -> list[list[str]]:
    assert isinstance(console.file, io.StringIO)
    return [line.split(maxsplit=2)[2].split(maxsplit=1) for line in console.file.getvalue().splitlines()]


def test_a_rotation_by_hand_is_followed_to_its_end() -> None:
    console, machine = Console(file=io.StringIO(), width=120), ScriptedMachine(failing="dxcon-north-a")
    rotations = Rotations(machine, lambda _: CALM, poll_seconds=0)  # type: ignore[arg-type]

    run = by_hand(a_link(), machine, rotations, display(console))  # type: ignore[arg-type]

    assert not run.succeeded
    assert lines_of(console) == [
        ["north-a", "▸ baking: the old key is the way back"],
        ["north-a", "✗ uses its new key."],
    ]


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


class ScriptedStepFunctions:
    """Answers for executions of RotateFleet, of which one was started before."""

    def __init__(self, events: list[dict[str, Any]], **description: Any) -> None:  # noqa: ANN401 - as boto3
        self.executions, self._events, self._description = ["before"], events, description

    def describe_execution(self, **_: str) -> dict[str, Any]:
        return self._description

    def get_paginator(self, _operation: str) -> ScriptedStepFunctions:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{"executions": [{"executionArn": each} for each in self.executions], "events": self._events}]


def entered(state: str, document: dict[str, Any]) -> dict[str, Any]:
    details = {"name": state, "input": json.dumps(document)}
    return {"type": "TaskStateEntered", "timestamp": at(0), "stateEnteredEventDetails": details}


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


def test_a_failed_fleet_run_fails_the_demonstration() -> None:
    made = promises([a_proof()], ["RotateFleet"])

    assert [promise.broken_on for promise in made if not promise.kept] == [("RotateFleet",)]
    assert Report([], [a_run()], {}, {}, made).exit_code == 1


def test_a_terminal_gets_a_live_table_that_shows_what_happens_on_every_link() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    harmed = Traffic(3, 0, 2)

    with display(console) as shown:
        shown.show(
            [Now(a_link(), "running", "baking", 1.5, 7.25, CALM), Now(a_link("b"), "done", "done", 0, 9, harmed)]
        )

    assert isinstance(shown, LiveTable)
    assert isinstance(display(Console(file=io.StringIO())), ChangeLines)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert all(part in text for part in ("baking", "1.5 s", "7.2 s", "● encrypted", "0.0 s clear, 2.0 s dropped"))


@pytest.mark.parametrize(("width", "mode"), [(80, "must_encrypt"), (tables.WIDE, "should_encrypt → must_encrypt")])
def test_the_results_fit_a_terminal_without_losing_a_letter(width: int, mode: str) -> None:
    after = replace(a_link(), name="partner-edge", kind="interconnect")
    before, traffic = replace(after, mode="should_encrypt"), Traffic(100.0, 0.0, 0.0)

    table = printed(tables.results([a_run()], {after.id: before}, {after.id: after}, {after.id: traffic}, width), width)

    shown = ("partner-edge", short(OLD), short(NEW), mode, "encrypted", "clear", "dropped", "100.0 s", "✓ Rotated")
    assert all(part in table for part in shown)
    assert "…" not in table


def test_the_estate_and_what_is_refused_are_shown() -> None:
    link = replace(a_link(), capable=False)
    refused = replace(a_run(), status="FAILED", reason="NotMacSecCapable", sentence="It was made without MACsec.")

    shown = printed(tables.estate([link], 120)) + printed(tables.refusals([refused], {refused.link: link}))

    assert all(part in shown for part in ("10Gbps", "north", "NotMacSecCapable", "It was made without MACsec."))


@pytest.mark.deployed
def test_the_demonstration_rotates_every_link_without_losing_a_second(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - the sandbox itself
        [sys.executable, "-m", "sandbox", "demo", "--json", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(done.stdout)
    links = {link["id"]: link for link in document["links"]}
    rotated_links = {rotation["link"] for rotation in document["rotations"]}
    assert sorted(link["kind"] for link in links.values()) == [
        "connection", "connection", "connection", "hosted", "interconnect", "lag",
    ]  # fmt: skip
    assert set(document["traffic"]) == rotated_links
    assert len(rotated_links) == 4
    for rotation in document["rotations"]:
        link, traffic = links[rotation["link"]], document["traffic"][rotation["link"]]
        assert (rotation["status"], rotation["reason"], rotation["proven_by"]) == ("SUCCEEDED", "Rotated", "router")
        assert rotation["new_ckn"] not in (None, rotation["old_ckn"])
        assert (link["mode"], link["encryption"], link["associated_keys"]) == ("must_encrypt", "Encryption Up", 1)
        assert (traffic["clear_seconds"], traffic["dropped_seconds"]) == (0, 0)
        assert traffic["encrypted_seconds"] > rotation["seconds"]
        assert rotation["state_transitions"] > rotation["dx_calls"] / 3 > 0
    assert "FleetRotated: 3 links rotated." in done.stderr
    assert "left out, NotDue:" in done.stderr
    assert done.stderr.count("✓ every rotation ended SUCCEEDED") == 1
    assert "✗" not in done.stderr
    assert ET.parse(tmp_path / "key-lives.svg").getroot().get("viewBox")  # noqa: S314 - written by the demonstration
