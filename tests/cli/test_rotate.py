"""`dxmacsec rotate`: the plan first, then a yes, then the truth about how it went."""

from __future__ import annotations

import io
import json
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.exceptions import NoCredentialsError, UnauthorizedSSOTokenError
from rich.console import Console

from cli.ending import Ending
from cli.executions import start
from cli.following import DOES, Line, follow, line_text
from dxmacsec.fleet import KeySince
from dxmacsec.interfaces import Pause, TaskRow
from dxmacsec.model import RouterTaskKind
from sandbox.twin import RouterBehaviour
from tests.cli.acting import ADA, Desk, a_desk, client_error
from tests.walk.execution import Execution
from tests.worlds.estates import LAG, LINK, MEMBERS, PARTNER, a_connection, a_lag, a_pair_of_connections

INFRA = Path(__file__).parents[2] / "infra"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return a_desk(monkeypatch, capsys)


def test_a_dry_run_shows_the_plan_and_starts_nothing(desk: Desk) -> None:
    (old,) = desk.scene.link(LINK).keys

    typed = desk.type("rotate", LINK, "--dry-run")

    assert typed.code == 0
    assert desk.requests() == []
    for told in (old.ckn, "made by this rotation", "1. Make a new pair", "the router agent", "no window is configured"):
        assert told in typed.out
    assert "at least 1 min 40 s" in " ".join(typed.out.split())


def test_without_a_yes_nothing_starts(desk: Desk) -> None:
    typed = desk.type("rotate", LINK, says="n\n")

    assert typed.code == 7
    assert desk.requests() == []
    assert "Nothing was started" in typed.err


def test_nobody_to_answer_is_a_no(desk: Desk) -> None:
    assert desk.type("rotate", LINK).code == 7
    assert desk.requests() == []


def test_a_yes_starts_it_in_the_callers_name_and_follows_it_to_its_end(desk: Desk) -> None:
    typed = desk.type("rotate", LINK, "--reason", "audit  2026-7", says="y\n")

    assert typed.code == 0
    assert desk.requests() == [{"link": LINK, "reason": f"audit 2026-7 (asked by {ADA})"}]
    (key,) = desk.scene.link(LINK).keys
    assert "SUCCEEDED Rotated" in typed.out
    assert key.ckn in typed.out
    assert typed.out.index("has the key installed") < typed.out.index("bakes") < typed.out.index("removes the old key")


def test_each_thing_that_it_does_is_said_once(desk: Desk) -> None:
    lines = desk.type("rotate", LINK, "--yes").out.splitlines()

    bakes = [line for line in lines if "bakes" in line]
    assert len(bakes) == 1


def test_what_fails_ends_failed_with_the_runbooks_heading(desk: Desk) -> None:
    desk.scene.twin.router(LINK).behaviour = RouterBehaviour(answers="wrong-ckn")

    typed = desk.type("rotate", LINK, "--yes")

    assert typed.code == 1
    assert "FAILED RouterOnOldKey" in typed.out
    assert "docs/runbook.md, heading RouterOnOldKey." in typed.out


def test_a_refusal_is_met_by_the_plan_and_starts_nothing(desk: Desk) -> None:
    desk.scene.ledger.pauses[LINK] = Pause("LinkDark", "No key.", "rotation-1", desk.scene.clock.now())

    typed = desk.type("rotate", LINK, "--yes")

    assert typed.code == 3
    assert desk.requests() == []
    assert "REFUSED LinkPaused" in typed.out
    assert f"dxmacsec clear {LINK}" in typed.out


def test_a_link_that_was_paused_by_hand_is_to_be_resumed(desk: Desk) -> None:
    desk.type("pause", LINK, "--reason", "fibre work")

    typed = desk.type("rotate", LINK, "--yes")

    assert typed.code == 3
    assert f"dxmacsec resume {LINK}" in typed.out


def test_json_is_one_document_and_the_rest_goes_to_people(desk: Desk) -> None:
    typed = desk.type("rotate", LINK, "--json", says="y\n")

    assert typed.code == 0
    assert {"status", "reason", "sentence", "execution", "rotation", "report"} == typed.document.keys()
    assert (typed.document["status"], typed.document["report"]["link"]) == ("SUCCEEDED", LINK)
    assert "Make a new pair" in typed.err


def test_one_that_is_not_waited_for_is_told_by_its_name(desk: Desk) -> None:
    typed = desk.type("rotate", LINK, "--yes", "--no-wait", "--json")

    assert (typed.code, typed.document["status"]) == (0, "RUNNING")
    (started,) = [each for each in desk.step_functions.walker.executions if not each.input.get("dry_run")]
    assert typed.document["execution"] == started.arn
    assert started.name.startswith(f"{LINK}-20260301T")


def test_ctrl_c_stops_following_and_not_the_rotation(desk: Desk) -> None:
    def tired(execution: Execution) -> None:
        if execution.state == "Bake":
            raise KeyboardInterrupt

    desk.step_functions.before_look = tired

    typed = desk.type("rotate", LINK, "--yes")

    running = desk.step_functions.walker.executions[-1]
    assert (typed.code, running.status) == (130, "RUNNING")
    assert f"{running.name} goes on" in typed.out


REFUSALS = [
    UnauthorizedSSOTokenError(),
    NoCredentialsError(),
    client_error("ExpiredTokenException"),
    client_error("InvalidClientTokenId"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
@pytest.mark.parametrize("call", ["describe_execution", "get_execution_history"])
def test_whoever_may_no_longer_look_hears_that_the_rotation_goes_on_and_not_that_it_failed(
    desk: Desk, refusal: Exception, call: str
) -> None:
    def strike(execution: Execution) -> None:
        if execution.state != "Bake":
            return

        def refuse(**_: object) -> None:
            raise refusal

        desk.patch.setattr(desk.step_functions, call, refuse)

    desk.step_functions.before_look = strike

    typed = desk.type("rotate", LINK, "--yes", "--json")

    running = desk.step_functions.walker.executions[-1]
    assert (typed.code, running.status) == (Ending.NOT_FOLLOWED, "RUNNING")
    assert (typed.document["status"], typed.document["reason"]) == ("RUNNING", "NotFollowed")
    assert typed.document["execution"] == running.arn
    assert f"{running.name} goes on" in typed.document["sentence"]


def test_not_following_any_more_says_how_to_look(desk: Desk) -> None:
    refusal = client_error("ExpiredTokenException")

    def strike(execution: Execution) -> None:
        if execution.state == "Bake":
            raise refusal

    desk.step_functions.before_look = strike

    typed = desk.type("rotate", LINK, "--yes")

    assert typed.code == Ending.NOT_FOLLOWED
    assert "ExpiredTokenException" in typed.out
    assert "dxmacsec status shows it" in typed.out
    assert "FAILED" not in typed.out


def test_a_fault_of_the_command_itself_is_not_taken_for_a_refusal(desk: Desk) -> None:
    def strike(execution: Execution) -> None:
        if execution.state == "Bake":
            raise ZeroDivisionError

    desk.step_functions.before_look = strike

    with pytest.raises(ZeroDivisionError):
        desk.type("rotate", LINK, "--yes")


def test_aws_that_gives_no_answer_for_a_while_is_asked_again(desk: Desk) -> None:
    troubles = [client_error("ThrottlingException"), client_error("ServiceUnavailable")]

    def strike(execution: Execution) -> None:
        if execution.state == "Bake" and troubles:
            raise troubles.pop()

    desk.step_functions.before_look = strike

    typed = desk.type("rotate", LINK, "--yes")

    assert (typed.code, troubles) == (0, [])
    assert "AWS gives no answer, looking again: Throttled" in typed.out


def test_a_stopped_rotation_is_a_failure_and_says_who_finishes_it(desk: Desk) -> None:
    def stop(execution: Execution) -> None:
        if execution.state == "Bake":
            desk.step_functions.walker.stop(execution)

    desk.step_functions.before_look = stop

    typed = desk.type("rotate", LINK, "--yes")

    assert typed.code == 1
    assert "FAILED ExecutionAborted" in typed.out
    assert "RecoverLink" in typed.out


def test_a_members_id_rotates_its_lag_and_the_plan_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = a_desk(monkeypatch, capsys, a_lag())

    typed = desk.type("rotate", MEMBERS[0], "--yes")

    assert typed.code == 0
    assert f"{MEMBERS[0]} is a member of {LAG}" in " ".join(typed.out.split())
    assert f"00:00  {LAG} " in typed.out
    assert f"{LAG} uses its new key" in typed.out


@pytest.mark.parametrize(
    "words",
    [
        (),
        (LINK, "--due"),
        ("--due", "--all"),
        (LINK, "--urgent"),
        (LINK, "--urgent", "--reason", " "),
        ("--due", "--accept-no-way-back"),
        ("--all", "--version-id", "a" * 32),
        (LINK, "--version-id", "short"),
        (LINK, "--reason", "x" * 257),
        (LINK, "--reason", "x" * 250, "--yes"),
        ("eth0",),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_starts(desk: Desk, words: tuple[str, ...]) -> None:
    code = desk.type("rotate", *words).code

    assert desk.requests() == []
    assert code == (3 if "short" in words else 2)


def test_an_unknown_link_is_not_found(desk: Desk) -> None:
    assert desk.type("rotate", "dxcon-nowhere1").code == 4


def test_an_urgent_rotation_says_so_to_the_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = a_desk(monkeypatch, capsys)
    desk.type("rotate", LINK, "--yes")
    desk.scene.clock.sleep(1)

    typed = desk.type("rotate", LINK, "--urgent", "--reason", "CAK in a ticket", "--yes")

    assert typed.code == 0
    assert desk.requests()[-1] == {"link": LINK, "urgent": True, "reason": f"CAK in a ticket (asked by {ADA})"}
    assert "past all windows (urgent)" in typed.out


def test_the_links_that_are_due_are_shown_by_wave_and_rotated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = a_desk(monkeypatch, capsys, a_pair_of_connections())
    now = desk.scene.clock.now()
    (fresh,) = desk.scene.link(PARTNER).keys
    desk.scene.fleet_ledger.keys[PARTNER] = KeySince(fresh.ckn, now - timedelta(days=1), "r0")
    desk.scene.fleet_ledger.keys[LINK] = KeySince(desk.scene.link(LINK).keys[0].ckn, now - timedelta(days=91), "r0")

    typed = desk.type("rotate", "--due", says="y\n")

    assert typed.code == 0
    fleet, *rotations = desk.requests()
    assert fleet == {"reason": f"asked by {ADA}"}
    assert [each["link"] for each in rotations] == [LINK]
    assert "KeyTooOld" in typed.out
    assert "NotDue" in typed.out
    assert f"{LINK}: SUCCEEDED Rotated" in typed.out


def test_where_nobody_is_due_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = a_desk(monkeypatch, capsys)
    (key,) = desk.scene.link(LINK).keys
    desk.scene.fleet_ledger.keys[LINK] = KeySince(key.ckn, desk.scene.clock.now(), "r0")

    typed = desk.type("rotate", "--due")

    assert typed.code == 0
    assert desk.requests() == []
    assert "No link is due" in typed.out


def test_a_router_task_shows_who_must_act_by_when_and_never_its_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manual = a_connection(tags={"dxmacsec:router-mode": "manual"})
    desk = a_desk(monkeypatch, capsys, manual)
    now = desk.scene.clock.now()
    task = _task(now + timedelta(hours=24))
    desk.scene.ledger.tasks[LINK, task.task_id] = task

    typed = desk.type("rotate", LINK, "--yes")

    assert "people, with `dxmacsec answer`" in typed.out
    assert "install: you, or whoever holds the router, until 2026-03-02 12:00 UTC" in typed.out
    assert "\ndxmacsec answer r1.install.0 --ckn CKN-IN-USE\n" in typed.out
    assert "the-token" not in typed.out + typed.err


def test_the_command_to_copy_fits_a_terminal_of_80_columns(desk: Desk) -> None:
    task = _task(desk.scene.clock.now(), "dxcon-fg5678gh-20260301T120000Z.confirm.12")

    lines = line_text(Line(LINK, "asks", (task,)), desk.scene.clock.now(), by_agent=True)

    assert [line for line in lines if line.startswith("dxmacsec answer ") and len(line) <= 80]
    assert any("the router agent" in line for line in lines)


def test_a_terminal_shows_it_live_within_its_columns_and_leaves_only_the_end(desk: Desk) -> None:
    task = _task(desk.scene.clock.now() + timedelta(hours=24))
    desk.scene.ledger.tasks[LINK, task.task_id] = task
    paper = io.StringIO()
    terminal = Console(file=paper, force_terminal=True, width=80, color_system=None)
    execution = start(desk.account, desk.account.settings.rotate_key_arn, "r1", {"link": LINK})
    walker = desk.step_functions.walker
    walker.walk_to(walker.executions[-1], "InstallOnRouter")
    desk.step_functions.before_look = lambda _: time.sleep(0.02)

    ended = follow(desk.account, execution, (LINK,), terminal, by_agent=False)

    told = paper.getvalue()
    assert ended.status == "SUCCEEDED"
    assert "Ctrl-C stops following, not the rotation." in told
    assert "the-token" not in told
    assert max(len(line) for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "\n", told).splitlines()) <= 80


@pytest.mark.parametrize("machine", ["rotate_key", "rotate_fleet"])
def test_every_state_that_lasts_has_words(machine: str) -> None:
    states = json.loads((INFRA / f"{machine}.asl.json").read_text())["States"]
    inner = {name: each for state in states.values() for name, each in _inside(state).items()}

    lasting = {name for name, state in {**states, **inner}.items() if state["Type"] in ("Task", "Wait", "Map")}

    assert lasting - DOES.keys() == set()


def _inside(state: dict[str, dict[str, dict[str, dict[str, str]]]]) -> dict[str, dict[str, str]]:
    return state.get("ItemProcessor", {}).get("States", {})


def _task(deadline: object, task_id: str = "r1.install.0") -> TaskRow:
    message = {"ports": [LINK], "what": "Add this key.", "ckn": "c" * 64, "old_ckns": ["d" * 64]}
    sent: object = deadline
    return TaskRow(task_id, LINK, RouterTaskKind.INSTALL, "r1", "the-token", sent, deadline, message)  # type: ignore[arg-type]
