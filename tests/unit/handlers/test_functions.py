from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import dxmacsec.handlers
from dxmacsec.handlers import wiring
from dxmacsec.steps.view_links import view_links
from tests.worlds.scene import a_scene

EVENTS = Path(__file__).parents[3] / "events"
FOLDER = Path(dxmacsec.handlers.__file__).parent
FUNCTIONS = (
    "ask_router",
    "associate_key",
    "await_associated",
    "await_encryption",
    "await_retired",
    "bake",
    "begin_enforcement",
    "begin_recovery",
    "check_wave",
    "close_enforcement",
    "close_recovery",
    "close_rotation",
    "create_key",
    "draw_board",
    "gather_members",
    "hear_change",
    "hear_label",
    "hear_secret_trouble",
    "judge_answer",
    "lower_mode",
    "make_room",
    "note_health",
    "order_members",
    "plan_fleet",
    "plan_recovery",
    "plan_rotation",
    "promote_key",
    "raise_mode",
    "report_fleet",
    "report_organisation",
    "restore_key",
    "retire_key",
    "rotate_secret",
    "sweep_links",
    "take_lock",
    "take_over",
    "turn_member",
    "watch_mode",
    "withdraw_key",
)
MACHINERY = {
    "__init__",
    "begin",
    "canonical_log",
    "coordinator",
    "coordinator_wiring",
    "document",
    "run",
    "sdk_log",
    "settings",
    "wiring",
}


def test_every_module_is_a_function_or_known_machinery() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == {*FUNCTIONS, *MACHINERY}


def test_the_board_draws_what_the_command_shows() -> None:
    assert import_module("dxmacsec.handlers.draw_board").view_links is view_links


@pytest.mark.parametrize("function", [function for function in FUNCTIONS if function != "draw_board"])
def test_a_function_runs_the_step_of_its_name(function: str) -> None:
    module = import_module(f"dxmacsec.handlers.{function}")
    step = import_module(f"dxmacsec.steps.{function}")

    assert callable(module.handler)
    assert getattr(module, function) is getattr(step, function)


def test_a_cold_start_loads_neither_boto3_nor_heavy_extras() -> None:
    heavy = "boto3 pydantic aws_xray_sdk"
    code = (
        f"import sys, dxmacsec.handlers.retire_key\nprint(*(name for name in {heavy.split()!r} if name in sys.modules))"
    )

    loaded = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(FOLDER.parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == ""


def test_a_health_event_is_noted_by_its_id(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene()
    monkeypatch.setattr(wiring, "world", lambda: scene.world)
    event = json.loads((EVENTS / "health_maintenance_scheduled.json").read_text())

    import_module("dxmacsec.handlers.note_health").handler(event, None)

    assert len(scene.fleet_ledger.maintenances()) == 1
    assert vars(caplog.records[-1])["event"] == event["id"]
