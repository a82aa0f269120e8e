"""What holds for every letter: it says what to do in one frame, and what it says to type can be typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from cli.app import app
from dxmacsec.model import Link, RouterTaskKind
from dxmacsec.policy.letters import BY_AWS, Letter
from dxmacsec.policy.lines import Alarm, line_now
from tests.unit.letters.every_letter import LINKS, ends, every_letter, task_letter

LETTERS = list(every_letter())
HEADINGS = set(
    re.findall(r"^#{2,3} (\w+)$", (Path(__file__).parents[3] / "docs/runbook.md").read_text("utf-8"), re.MULTILINE)
)
OUR_COMMANDS = sorted(
    {
        line.strip()
        for _, text in LETTERS
        for line in text.splitlines()
        if re.match(r"  dxmacsec (?!router-config)", line)
    }
)
AWS_COMMANDS = sorted({line.strip() for _, text in LETTERS for line in text.splitlines() if line.startswith("  aws ")})
PLANNED = {"status", "rotate", "tasks", "answer", "clear", "resume"}
KNOWN = typer.main.get_command(app)


def test_there_are_letters_of_every_kind_and_commands_in_them() -> None:
    assert len(LETTERS) > 100
    assert {shlex.split(line)[1] for line in OUR_COMMANDS} == {"status", "rotate", "answer", "clear", "resume"}


@pytest.mark.parametrize("line", OUR_COMMANDS)
def test_what_a_letter_says_to_type_is_taken_by_the_command(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    assert isinstance(KNOWN, TyperGroup)
    assert name in PLANNED
    if name not in KNOWN.commands:
        pytest.skip(f"dxmacsec {name} is not there yet")

    KNOWN.commands[name].make_context(name, arguments)


@pytest.mark.parametrize("line", AWS_COMMANDS)
def test_an_aws_command_survives_the_shell(line: str) -> None:
    program, service, operation, *rest = shlex.split(line)

    assert program == "aws"
    assert re.fullmatch(r"[a-z]+", service)
    assert re.fullmatch(r"[a-z-]+", operation)
    assert len([word for word in rest if word.startswith("--")]) >= 1


@pytest.mark.parametrize("letter", LETTERS, ids=[f"{number}" for number in range(len(LETTERS))])
def test_a_letter_says_what_happened_what_it_means_what_to_do_and_where_more_stands(letter: Letter) -> None:
    subject, text = letter

    assert re.match(f"({'|'.join(Alarm)})dxmacsec", subject)
    assert len(subject) <= 100
    assert "\nThe line now: " in text or " fleet: FleetRotated" in subject
    assert re.search(r"^(What to do|Type this):", text, re.MULTILINE)
    assert "\n\n\n" not in text
    named = re.findall(r"heading (\w+)\.$", text)
    assert set(named) <= HEADINGS
    own, by_aws = re.search(r"Type this:\n\n  dxmacsec ", text), text.find(BY_AWS)
    assert by_aws < 0 or (own is not None and own.start() < by_aws)


@pytest.mark.parametrize("link", LINKS[1:], ids=["dark", "clear", "unseen"])
def test_whatever_ended_a_line_that_is_not_encrypted_is_loud_and_urgent(link: Link) -> None:
    loud = line_now(link).alarm

    for subject, text in ends(link):
        assert subject.startswith((loud, Alarm.DARK))
        assert "Until: at once" in text
        assert "no hurry" not in text


def test_the_quiet_letters_are_those_of_a_line_that_is_encrypted() -> None:
    quiet = [text for subject, text in ends(LINKS[0]) if subject.startswith("dxmacsec")]

    assert any("Until: no hurry for the line" in text for text in quiet)
    assert [line_now(link).alarm for link in LINKS] == [Alarm.NONE, Alarm.DARK, Alarm.CLEAR, Alarm.UNSEEN]


@pytest.mark.parametrize("kind", RouterTaskKind)
def test_a_router_task_says_until_when_and_what_happens_if_nobody_answers(kind: RouterTaskKind) -> None:
    _, text = task_letter(kind)

    assert "Until: 2026-01-02 03:04 UTC" in text
    assert "If nobody answers in time, the rotation" in text
    assert f"  dxmacsec answer rotation-1.{kind}.0 --ckn CKN-IN-USE\n" in text
    assert "--port dxcon-member01=CKN-IN-USE --port dxcon-member02=CKN-IN-USE" in text
    assert f"  dxmacsec answer rotation-1.{kind}.0 --failed 'what happened'\n" in text


def test_a_link_with_one_port_is_answered_by_one_ckn() -> None:
    assert "--port" not in task_letter(RouterTaskKind.PROVE, ports=["dxcon-fg5678gh"])[1]


@pytest.mark.parametrize("kind", RouterTaskKind)
@pytest.mark.parametrize("old_ckns", [[], ["cd" * 32]])
def test_a_router_task_says_what_was_seen_of_the_line_and_never_that_it_runs(
    kind: RouterTaskKind, old_ckns: list[str]
) -> None:
    _, text = task_letter(kind, line="no traffic on dxcon-member01.", old_ckns=old_ckns)

    assert "\nThe line now: no traffic on dxcon-member01. " in text
    assert "it runs" not in text.lower()


@pytest.mark.parametrize("kind", [RouterTaskKind.INSTALL, RouterTaskKind.PROVE, RouterTaskKind.CONFIRM])
def test_of_a_links_first_key_no_old_one_is_spoken_of(kind: RouterTaskKind) -> None:
    first, second = task_letter(kind, old_ckns=[])[1], task_letter(kind)[1]

    said = first[first.index("The line now") : first.index("What to do")]
    assert not re.search(r"\b(old|both|one more)\b", said)
    assert "the new key stays, and the same pair is used" in said
    assert "both keys stay, and the same pair is used" in second


def test_the_question_before_any_new_key_promises_none() -> None:
    _, text = task_letter(RouterTaskKind.CONFIRM, ckn=None, version_id=None)

    assert "There is no new key yet" in text
    assert "every key stays, and no new one was made" in text
    assert "both keys" not in text
    assert "same pair" not in text
