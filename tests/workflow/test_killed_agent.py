"""An agent that is a process of its own is killed twice in a rotation and started again: nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import socketserver
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.cloud import Sandbox
from sandbox.cloud.account import REGION
from sandbox.twin import Estate, PortPlan
from sandbox.twin.estates import LOCATIONS
from tests.workflow.deployed import Deployed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.twin import Router
    from tests.conftest import OneSandbox

pytestmark = pytest.mark.deployed

ROOT = Path(__file__).parents[2]
LINK = "dxcon-killed01"
ESTATE = Estate(locations=LOCATIONS, connections=(PortPlan(LINK, "killed01", "EqDC2", mode="must_encrypt", keys=1),))
PROGRAM = """#!{python}
import socket, sys
line = socket.create_connection(("127.0.0.1", {port})).makefile("rw")
line.write(sys.stdin.read() + "\\n")
line.flush()
sys.stdout.write(line.readline())
"""
CONFIGURATION = """
[agent]
name = "mortal"
stack = "{stack}"
region = "{region}"
heartbeat_seconds = 0.5

[driver]
kind = "command"
program = ["{program}"]
"""


class Line:
    """Turns the router for the agent's program; holds the first task of each named kind until it is let go."""

    def __init__(self, router: Router, held: tuple[str, ...]) -> None:
        self.router = router
        self.tasks: list[str] = []
        self.arrived = {kind: threading.Event() for kind in held}
        self.let_go = {kind: threading.Event() for kind in held}
        line = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                ports = line.act(json.loads(self.rfile.readline()))
                try:
                    self.wfile.write(json.dumps({"ports": ports}).encode() + b"\n")
                    self.wfile.flush()
                except OSError:
                    # The program is gone, with its agent.
                    return

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def act(self, task: dict[str, Any]) -> dict[str, str | None]:
        kind = task["task"]
        self.tasks.append(kind)
        if kind == "install":
            self.router.install(task["ckn"], task["cak"])
        if kind == "prove":
            self.router.prefer(task["ckn"])
            for _ in range(100):
                if set(self.router.in_use().values()) == {task["ckn"]}:
                    break
                threading.Event().wait(0.1)
        for ckn in task["old_ckns"] if kind == "remove" else ():
            self.router.remove(ckn)
        if kind in self.arrived and not self.arrived[kind].is_set():
            self.arrived[kind].set()
            self.let_go[kind].wait(30)
        return self.router.in_use()


@pytest.fixture
def deployed(one_sandbox: OneSandbox) -> Deployed:
    """Return the product with a queue that no router of the sandbox polls."""
    return Deployed(one_sandbox.of("killed-agent", lambda: Sandbox(estate=ESTATE)))


@pytest.fixture
def line(deployed: Deployed) -> Iterator[Line]:
    made = Line(deployed.twin.router(LINK), ("install", "prove"))
    yield made
    made.server.shutdown()
    made.server.server_close()


def agent(deployed: Deployed, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the agent as the command that people run."""
    program, configuration = folder / "turn", folder / "agent.toml"
    program.write_text(PROGRAM.format(python=sys.executable, port=port))
    program.chmod(0o700)
    configuration.write_text(CONFIGURATION.format(stack="DxMacsec", region=REGION, program=program))
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - the agent itself
            [sys.executable, "-m", "cli", "agent", "--config", str(configuration)],
            cwd=ROOT,
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
                "PYTHONPATH": f"{ROOT / 'functions'}{os.pathsep}{ROOT}",
                "AWS_ENDPOINT_URL": deployed.sandbox.endpoint,
                "AWS_ACCESS_KEY_ID": "anyone",
                "AWS_SECRET_ACCESS_KEY": "anything",
            },
            stdout=subprocess.DEVNULL,
            stderr=log,
        )


def test_killed_in_the_middle_of_two_tasks_it_ends_the_rotation(deployed: Deployed, line: Line, tmp_path: Path) -> None:
    port = line.server.server_address[1]
    running = deployed.start({"link": LINK})

    for kind in ("install", "prove"):
        process = agent(deployed, tmp_path, port)
        assert line.arrived[kind].wait(60), (tmp_path / "log").read_text()
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        line.let_go[kind].set()
    process = agent(deployed, tmp_path, port)
    ended = deployed.ended(running)
    process.terminate()

    assert ended.status == "SUCCEEDED", ended.cause
    (key,) = deployed.sandbox.client("directconnect").describe_connections(connectionId=LINK)["connections"][0][
        "macSecKeys"
    ]
    assert key["ckn"] == ended.output["new_ckn"]
    assert "agent:mortal" in json.dumps(deployed.history(running), default=str)
    assert line.tasks.count("install") == line.tasks.count("prove") == 2
    assert set(line.router.in_use().values()) == {key["ckn"]}
    assert process.wait(30) == 0
