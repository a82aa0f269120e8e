"""The first act and what both acts of rotation share: links, places, words."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from sandbox.cloud.journal import Call
from sandbox.demo import tables
from sandbox.demo.acts import by_hand_first
from sandbox.demo.calls import dx_calls
from sandbox.demo.grid import WIDE
from sandbox.demo.links import links_seen
from sandbox.demo.organisation.machine import STATES as ORGANISATION_STATES
from sandbox.demo.progress import ChangeLines, LiveTable, Now, display
from sandbox.demo.rotating import Rotations, by_hand
from sandbox.demo.sights import Traffic, short
from sandbox.demo.words import FLEET_STATES, NESTED_STATES, STATES, doing
from sandbox.twin import DEMO_ESTATE, DirectConnectTwin, VirtualClock
from sandbox.twin.client import TwinClient
from tests.sandbox.demo_builders import CALM, NEW, OLD, ROOT, ScriptedMachine, a_link, a_run, at, lines_of, printed


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        ("rotate_key", STATES),
        ("enforce_encryption", NESTED_STATES),
        ("rotate_fleet", FLEET_STATES),
        ("rotate_organisation", ORGANISATION_STATES),
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


def test_a_rotation_by_hand_is_followed_to_its_end() -> None:
    console, machine = Console(file=io.StringIO(), width=120), ScriptedMachine(failing="dxcon-north-a")
    rotations = Rotations(machine, lambda _: CALM, poll_seconds=0)  # type: ignore[arg-type]

    run = by_hand(a_link(), machine, rotations, display(console))  # type: ignore[arg-type]

    assert not run.succeeded
    assert lines_of(console) == [
        ["north-a", "▸ baking: the old key is the way back"],
        ["north-a", "✗ uses its new key."],
    ]


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


@pytest.mark.parametrize(("width", "mode"), [(80, "must_encrypt"), (WIDE, "should_encrypt → must_encrypt")])
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
