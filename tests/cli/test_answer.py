"""`dxmacsec tasks` and `answer`: who is asked what, and an answer that is stale, foreign or odd."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dxmacsec.interfaces import Owner, TaskRow
from dxmacsec.model import RouterTaskKind
from tests.cli.acting import ADA, Desk, a_desk
from tests.worlds.estates import LAG, LINK, MEMBERS, a_lag, a_pair_of_connections

NEW, OLD = "ab" * 32, "cd" * 32
TOKEN = "AQCEAAAAKgAAAAMAAAAAAAAAAbt"  # noqa: S105 - no token of anybody's


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return a_desk(monkeypatch, capsys, a_pair_of_connections())


@pytest.fixture
def lag_desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return a_desk(monkeypatch, capsys, a_lag())


def ask(
    desk: Desk,
    kind: RouterTaskKind = RouterTaskKind.PROVE,
    link: str = LINK,
    ports: tuple[str, ...] = (LINK,),
    **more: Any,  # noqa: ANN401 - more of the message
) -> str:
    """Have a rotation of the link wait for its router; returns the task's id."""
    now = desk.scene.clock.now()
    message = {"ports": list(ports), "ckn": NEW, "old_ckns": [OLD], "what": "Prefer this key.", **more}
    task = TaskRow(f"r1.{kind}.0", link, kind, "r1", TOKEN, now, now + timedelta(hours=3), message)
    desk.scene.ledger.put_task(task)
    desk.scene.ledger.rotation_locks[f"LINK#{link}"] = Owner("arn:r1", "r1", now)
    return task.task_id


def test_a_task_is_shown_with_what_to_do_until_when_and_the_command(desk: Desk) -> None:
    task = ask(desk)

    typed = desk.type("tasks")

    assert typed.code == 0
    for told in ("prove on the router of " + LINK, "2026-03-01 15:00 UTC, in 3 h", "Prefer this key.", NEW, OLD):
        assert told in typed.out
    assert f"\ndxmacsec answer {task} --ckn CKN-IN-USE\n" in typed.out
    assert TOKEN not in typed.out


def test_the_json_of_tasks_holds_no_token(desk: Desk) -> None:
    task = ask(desk)

    typed = desk.type("tasks", LINK, "--json")

    (shown,) = typed.document
    assert shown.keys() == {
        *("task", "kind", "link", "rotation", "ports", "ckn", "old_ckns"),
        *("sent_at", "deadline", "what", "answer"),
    }
    assert (shown["task"], shown["ports"]) == (task, [LINK])
    assert TOKEN not in typed.out


def test_no_task_is_said_in_words_and_is_an_empty_list(desk: Desk) -> None:
    assert "No router task waits" in desk.type("tasks").out
    assert desk.type("tasks", "--json").document == []


def test_an_answer_names_every_port_and_the_caller(lag_desk: Desk) -> None:
    task = ask(lag_desk, link=LAG, ports=MEMBERS)

    typed = lag_desk.type("answer", task, "--ckn", NEW.upper())

    assert typed.code == 0
    (sent,) = lag_desk.step_functions.answers
    assert sent == {"token": TOKEN, "task_id": task, "ports": dict.fromkeys(MEMBERS, NEW), "by": ADA}
    assert TOKEN not in typed.out + typed.err


def test_each_port_may_have_its_own_key_and_none(lag_desk: Desk) -> None:
    task = ask(lag_desk, link=LAG, ports=MEMBERS)

    words = ("--port", f"{MEMBERS[0]}={OLD}", "--port", f"{MEMBERS[1]}=none")
    typed = lag_desk.type("answer", task, *words, says="y\n")

    assert typed.code == 0
    assert lag_desk.step_functions.answers[0]["ports"] == {MEMBERS[0]: OLD, MEMBERS[1]: None}
    assert f"{MEMBERS[0]} is on {OLD}" in typed.err
    assert f"{MEMBERS[1]} is on no key" in typed.err


def test_one_port_differs_from_the_rest(lag_desk: Desk) -> None:
    task = ask(lag_desk, link=LAG, ports=MEMBERS)

    lag_desk.type("answer", task, "--ckn", NEW, "--port", f"{MEMBERS[1]}={OLD}", "--yes")

    assert lag_desk.step_functions.answers[0]["ports"] == {MEMBERS[0]: NEW, MEMBERS[1]: OLD}


@pytest.mark.parametrize(
    ("kind", "ckn", "asked"),
    [
        (RouterTaskKind.INSTALL, OLD, False),
        (RouterTaskKind.INSTALL, NEW, False),
        (RouterTaskKind.INSTALL, "ef" * 32, True),
        (RouterTaskKind.PROVE, NEW, False),
        (RouterTaskKind.PROVE, OLD, True),
        (RouterTaskKind.CONFIRM, OLD, True),
        (RouterTaskKind.REMOVE, OLD, True),
        (RouterTaskKind.REMOVE, "none", True),
    ],
)
def test_a_key_that_the_task_is_not_about_is_asked_about_first(
    desk: Desk,
    kind: RouterTaskKind,
    ckn: str,
    asked: bool,  # noqa: FBT001 - a column of the table
) -> None:
    task = ask(desk, kind)

    typed = desk.type("answer", task, "--ckn", ckn, says="n\n")

    assert typed.code == (7 if asked else 0)
    assert len(desk.step_functions.answers) == (0 if asked else 1)


def test_where_no_key_is_asked_about_any_is_no_surprise(desk: Desk) -> None:
    task = ask(desk, RouterTaskKind.CONFIRM, ckn=None, old_ckns=[])

    assert desk.type("answer", task, "--ckn", OLD).code == 0


def test_the_first_key_of_a_link_is_installed_while_none_is_in_use(desk: Desk) -> None:
    task = ask(desk, RouterTaskKind.INSTALL, old_ckns=[])

    assert desk.type("answer", task, "--ckn", "none").code == 0


def test_what_cant_be_done_is_told_with_why_and_who(desk: Desk) -> None:
    task = ask(desk)

    typed = desk.type("answer", task, "--failed", "console  is locked")

    assert typed.code == 0
    assert desk.step_functions.answers == [
        {"token": TOKEN, "error": "RouterFailed", "cause": f"console is locked (said by {ADA})"}
    ]


@pytest.mark.parametrize("why", ["0123456789ABCDEF" * 4, f"it rejects {'0123456789abcdef' * 2}, says Ada"])
def test_a_reason_that_looks_like_a_key_goes_nowhere(desk: Desk, why: str) -> None:
    task = ask(desk)

    typed = desk.type("answer", task, "--failed", why)

    assert typed.code == 2
    assert "that looks like a key" in typed.err
    assert "01234567" not in typed.out + typed.err
    assert desk.step_functions.answers == []
    assert desk.type("answer", task, "--failed", "it rejects key d9de8f4d").code == 0


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--ckn", NEW, "--failed", "why"),
        ("--ckn", "abc"),
        ("--ckn", NEW[:-1] + "g"),
        ("--port", LINK),
        ("--port", f"{LINK}={NEW}", "--port", f"{LINK}={OLD}"),
        ("--failed", " "),
    ],
)
def test_an_answer_that_makes_no_sense_is_not_sent(desk: Desk, words: tuple[str, ...]) -> None:
    task = ask(desk)

    assert desk.type("answer", task, *words, says="y\n").code == 2
    assert desk.step_functions.answers == []


def test_a_port_that_nobody_spoke_of_is_missing(lag_desk: Desk) -> None:
    task = ask(lag_desk, link=LAG, ports=MEMBERS)

    typed = lag_desk.type("answer", task, "--port", f"{MEMBERS[0]}={NEW}")

    assert typed.code == 2
    assert MEMBERS[1] in typed.err
    assert lag_desk.step_functions.answers == []


def test_another_links_port_is_refused(desk: Desk) -> None:
    task = ask(desk)

    typed = desk.type("answer", task, "--ckn", NEW, "--port", f"dxcon-fh2j4k6m={NEW}")

    assert typed.code == 3
    assert f"is about {LINK}" in typed.err
    assert desk.step_functions.answers == []


def test_a_task_that_never_was_is_not_found(desk: Desk) -> None:
    ask(desk)

    assert desk.type("answer", "r9.prove.0", "--ckn", NEW).code == 4
    assert desk.type("answer", "nonsense", "--ckn", NEW).code == 4


def test_a_task_of_a_rotation_that_is_over_is_stale(desk: Desk) -> None:
    rotation = desk.step_functions.walker.rotate(LINK, "dxcon-1")

    typed = desk.type("answer", f"{rotation.name}.prove.1", "--ckn", NEW)

    assert typed.code == 3
    assert "its rotation ended SUCCEEDED" in typed.err


def test_a_task_that_was_answered_is_stale_while_its_rotation_goes_on(desk: Desk) -> None:
    desk.step_functions.walker.start("rotate_key", {"link": LINK}, "dxcon-1")

    typed = desk.type("answer", "dxcon-1.install.0", "--ckn", OLD)

    assert typed.code == 3
    assert "it was answered or gave up" in typed.err


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_dead_token_is_a_refusal_in_words(desk: Desk, code: str) -> None:
    task = ask(desk)
    desk.step_functions.refusal = code

    typed = desk.type("answer", task, "--ckn", NEW)

    assert typed.code == 3
    assert f"Nobody waits for {task} any more" in typed.err
    assert TOKEN not in typed.out + typed.err


def test_a_caller_who_may_not_answer_is_told_so(desk: Desk) -> None:
    task = ask(desk)
    desk.step_functions.refusal = "AccessDeniedException"

    assert desk.type("answer", task, "--failed", "no").code == 5


def test_a_task_whose_deadline_comes_soon_and_one_that_passed_are_told_as_such(desk: Desk) -> None:
    ask(desk)
    (task,) = desk.scene.ledger.tasks.values()
    desk.scene.ledger.put_task(replace(task, deadline=desk.scene.clock.now() - timedelta(minutes=5)))

    assert "5 min ago" in desk.type("tasks").out
