"""The demonstration: its pure parts, and one real run of it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console, RenderableType

from sandbox.cloud.journal import Call
from sandbox.demo import strips, tables
from sandbox.demo.calls import dx_calls
from sandbox.demo.links import links_seen
from sandbox.demo.machine import Place
from sandbox.demo.picture import picture
from sandbox.demo.progress import ChangeLines, LiveTable, Now, display
from sandbox.demo.promises import Proof, always_associated, promises
from sandbox.demo.report import Report
from sandbox.demo.rotating import Rotating
from sandbox.demo.sights import LinkSeen, Run, Step, Traffic, short
from sandbox.demo.timeline import Timeline, Track, timeline
from sandbox.demo.waves import waves
from sandbox.demo.words import NESTED_STATES, STATES, doing
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


@pytest.mark.parametrize(("machine", "words"), [("rotate_key", STATES), ("enforce_encryption", NESTED_STATES)])
def test_every_state_in_which_time_passes_has_its_words(machine: str, words: dict[str, object]) -> None:
    states = json.loads((ROOT / "infra" / f"{machine}.asl.json").read_text())["States"]

    timed = {name for name, state in states.items() if state["Type"] in ("Task", "Wait")}

    assert set(words) == timed


def test_words_fit_a_narrow_terminal() -> None:
    said = [doing(state) for state in STATES] + [doing("EnforceEncryption", nested) for nested in NESTED_STATES]

    assert max(map(len, said)) <= 40


def test_no_two_links_of_one_group_share_a_wave() -> None:
    links = [a_link("a"), a_link("b"), a_link("c", "other"), a_link("d", None), a_link("e", None)]

    made = waves(links)

    assert [[link.name for link in wave] for wave in made] == [["a", "c", "d"], ["b", "e"]]


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
    assert len(waves([link for link in links if link.capable])) == 2


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
        self._failing, self.started, self._looks = failing, list[str](), dict[str, int]()

    def start(self, link: str) -> str:
        self.started.append(link)
        return link

    def place(self, execution: str, _before: Place | None = None) -> Place:
        self._looks[execution] = self._looks.get(execution, 0) + 1
        return Place(self._looks[execution] < 2, "Bake", at(0))

    def ended(self, _execution: str, link: str) -> Run:
        return a_run(link, "FAILED" if link == self._failing else "SUCCEEDED")


def rotated(machine: ScriptedMachine) -> str:
    console = Console(file=io.StringIO(), width=120)
    links = [a_link("north-a"), a_link("north-b"), a_link("backbone", "other")]
    Rotating(links, machine, lambda _: CALM, poll_seconds=0).run(display(console))  # type: ignore[arg-type]
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_partner_starts_only_after_the_first_has_ended() -> None:
    machine = ScriptedMachine()

    lines = rotated(machine).splitlines()

    assert machine.started == ["dxcon-north-a", "dxcon-backbone", "dxcon-north-b"]
    assert [line.split(maxsplit=4)[2:] for line in lines if "north-b" in line] == [
        ["north-b", "·", "waits for its partner north-a"],
        ["north-b", "▸", "baking: the old key is the way back"],
        ["north-b", "✓", "uses its new key."],
    ]


def test_a_failed_rotation_stops_the_waves_after_it() -> None:
    machine = ScriptedMachine(failing="dxcon-backbone")

    lines = rotated(machine)

    assert machine.started == ["dxcon-north-a", "dxcon-backbone"]
    assert "✗" in lines


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
    assert done.stderr.count("✓ every rotation ended SUCCEEDED") == 1
    assert "✗" not in done.stderr
    assert ET.parse(tmp_path / "key-lives.svg").getroot().get("viewBox")  # noqa: S314 - written by the demonstration
