"""A person rotates a link and answers its router tasks with nothing but the command, in two terminals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.twin import Router
from tests.workflow.conftest import Scene, Scenes
from tests.workflow.evidence import every_cak

pytestmark = pytest.mark.deployed

ROOT = Path(__file__).parents[2]
LINK = "dxcon-fallbac1"
PATIENCE_SECONDS = 60


@dataclass
class Terminal:
    """Types `dxmacsec …` and keeps all that was printed."""

    scene: Scene
    printed: list[str] = field(default_factory=list)

    def open(self, *words: str) -> subprocess.Popen[str]:
        """Type a command and let it run."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": self.scene.deployed.sandbox.endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "ada",
            "AWS_SECRET_ACCESS_KEY": "anything",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "functions"))),
        }
        return subprocess.Popen(  # noqa: S603 - the command itself
            [sys.executable, "-m", "cli", *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def type(self, *words: str) -> tuple[int, str]:
        """Type a command and wait for its end."""
        return self.ended(self.open(*words))

    def ended(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        """Wait for a command's end; returns its exit code and what it printed on stdout."""
        out, err = process.communicate(timeout=PATIENCE_SECONDS * 2)
        self.printed += [out, err]
        return process.returncode, out

    def task(self, kind: str) -> dict[str, Any]:
        """Wait until a router task of a kind is written down, and return it as the command shows it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not any(row.get("kind") == kind for row in self.scene.deployed.rows(LINK) if "token" in row):
            assert time.monotonic() < deadline, f"no task {kind} came"
            time.sleep(0.2)
        code, out = self.type("tasks", LINK, "--json")
        (shown,) = json.loads(out)
        assert (code, shown["kind"]) == (0, kind)
        return dict(shown)


def act(scene: Scene, router: Router, task: dict[str, Any]) -> None:
    """Do at the router what a task asks for."""
    match task["kind"]:
        case "install":
            router.install(**scene.deployed.pair(LINK, "DxNew"))
        case "prove":
            router.prefer(task["ckn"])
            scene.deployed.wait_for_session(LINK, task["ckn"])
        case "remove":
            for ckn in task["old_ckns"]:
                router.remove(ckn)


def test_a_link_is_rotated_and_its_router_answered_for_by_the_command_alone(scenes: Scenes) -> None:
    scene = scenes.of("manual")
    router, terminal = scene.deployed.twin.router(LINK), Terminal(scene)
    (old,) = (key["ckn"] for key in scene.deployed.keys(LINK))
    tokens: set[str] = set()
    foreign = ("--ckn", old, "--port", f"dxcon-onekey01={old}")

    rotation = terminal.open("rotate", LINK, "--yes", "--json", "--reason", "the auditor comes")
    for kind in ("install", "prove", "confirm", "remove"):
        task = terminal.task(kind)
        if kind == "install":
            assert terminal.type("answer", task["task"], *foreign)[0] == 3
        tokens |= {row["token"] for row in scene.deployed.rows(LINK) if "token" in row}
        act(scene, router, task)
        code, _ = terminal.type("answer", task["task"], "--ckn", str(router.in_use()[LINK]))
        assert code == 0, terminal.printed[-1]
    code, out = terminal.ended(rotation)
    stale, _ = terminal.type("answer", task["task"], "--ckn", old)

    ended = json.loads(out)
    (key,) = scene.deployed.keys(LINK)
    (row,) = [row for row in scene.deployed.rows(LINK) if row.get("id") == ended["rotation"]]
    assert (code, ended["status"], ended["report"]["new_ckn"]) == (0, "SUCCEEDED", key["ckn"])
    assert key["ckn"] != old
    assert stale == 3
    assert row["record"]["asked"]["reason"].startswith("the auditor comes (asked by arn:aws:")
    assert any("arn:aws:" in check["seen"] for check in row["record"]["checks"] if check["what"] == "prove")
    said = "".join(terminal.printed)
    assert len(tokens) == 4
    assert not [token for token in tokens if token in said]
    assert not [cak for cak in every_cak(scene.deployed) if cak in said]


def test_a_link_that_is_paused_by_hand_is_refused_until_it_is_resumed(scenes: Scenes) -> None:
    scene = scenes.of("manual")
    terminal = Terminal(scene)
    link = "dxcon-untouch1"

    assert terminal.type("pause", link, "--reason", "fibre work")[0] == 0
    refused, out = terminal.type("rotate", link, "--dry-run", "--json")
    assert terminal.type("resume", link, "--reason", "done")[0] == 0
    planned, _ = terminal.type("rotate", link, "--dry-run", "--json")

    assert (refused, json.loads(out)["reason"]) == (3, "LinkPaused")
    assert planned == 0
    notes = [row["record"]["what"] for row in scene.deployed.rows(link) if row["sk"].startswith("NOTE#")]
    assert notes == ["paused", "resumed"]
