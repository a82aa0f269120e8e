"""Does docs/cli.md say what the command does?"""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.app import app
from cli.commands.rotate import INTERRUPTED
from cli.doctor.check import Check, State
from cli.ending import Ending
from cli.router_tasks import task_document
from dxmacsec.interfaces import TaskRow
from dxmacsec.model import RouterTaskKind
from tests.cli.acting import a_desk
from tests.worlds.estates import LINK
from tests.worlds.turning_clock import START

DOCUMENT = (Path(__file__).parents[2] / "docs/cli.md").read_text(encoding="utf-8")
GROUP: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = GROUP.commands


def section(heading: str) -> str:
    """Return the text under a command's heading; empty where it has none."""
    found = re.search(rf"^### `{re.escape(heading)}`\n(.*?)(?=^##|\Z)", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def options(command: Any) -> list[str]:  # noqa: ANN401 - the command line's own class
    """Return what may be typed after a command's name, its help left out."""
    typed = [name for each in command.params if each.param_type_name == "option" for name in each.opts]
    return [name for name in typed if name != "--help"]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_a_heading(name: str) -> None:
    assert section(name).strip()


@pytest.mark.parametrize(("name", "option"), [(name, each) for name in COMMANDS for each in options(COMMANDS[name])])
def test_every_option_is_named_under_its_command(name: str, option: str) -> None:
    assert f"`{option}`" in section(name)


@pytest.mark.parametrize("option", options(GROUP))
def test_every_option_of_all_commands_is_named(option: str) -> None:
    assert f"`{option}`" in DOCUMENT.partition("## Exit codes")[0]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_argument_is_named_under_its_command(name: str) -> None:
    arguments = [each.name.upper() for each in COMMANDS[name].params if each.param_type_name == "argument"]

    assert [each for each in arguments if f"`{each}`" not in section(name)] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_option_is_named_that_its_command_does_not_know(name: str) -> None:
    named = set(re.findall(r"^\| (`-.*?) \|", section(name), flags=re.MULTILINE))

    assert {each for row in named for each in re.findall(r"`(-[^`]*)`", row)} - set(options(COMMANDS[name])) == set()


@pytest.mark.parametrize("ending", list(Ending))
def test_every_exit_code_is_told_with_its_name(ending: Ending) -> None:
    assert f"| {ending.value} | {ending.name} |" in DOCUMENT


def test_the_exit_code_of_ctrl_c_is_told() -> None:
    assert f"| {INTERRUPTED} |" in DOCUMENT


def test_the_documents_of_a_rotation_name_their_fields(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = a_desk(monkeypatch, capsys)

    one, fleet = desk.type("rotate", LINK, "--dry-run", "--json"), desk.type("rotate", "--all", "--dry-run", "--json")

    named = {*one.document, "plan", "due", "waves", "left_out"}
    assert [field for field in named if f"`{field}`" not in section("rotate")] == []
    assert one.document.keys() == fleet.document.keys()
    assert {"due", "waves", "left_out"} <= fleet.document["report"].keys()


def test_the_document_of_a_task_names_its_fields() -> None:
    row = TaskRow(
        "r.prove.0", LINK, RouterTaskKind.PROVE, "r", "t", START, START + timedelta(hours=1), {"ports": [LINK]}
    )

    assert [field for field in task_document(row) if f"`{field}`" not in section("tasks")] == []


def test_the_documents_of_the_doctor_name_their_fields_and_states() -> None:
    fields = [field.name for field in dataclasses.fields(Check)]
    told = " ".join(section("doctor").split())

    assert [each for each in (*fields, *State) if f"`{each}`" not in told] == []


def test_the_documents_of_a_pause_name_their_fields_and_results(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = a_desk(monkeypatch, capsys)

    paused = desk.type("pause", LINK, "--reason", "fibre work", "--json").document

    named = {*paused, paused["result"]}
    assert [each for each in named if f"`{each}`" not in section("pause")] == []
