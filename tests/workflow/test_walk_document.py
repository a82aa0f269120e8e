"""The walk in docs/walk.md is taken again: every command is typed, and shows what the page shows."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.workflow.processes import ROOT, TOOLS, served
from tests.workflow.terminal import OpenTerminal, typed
from tests.workflow.transcript import Names, Step, missing, steps

pytestmark = pytest.mark.deployed

PAGE = (ROOT / "docs/walk.md").read_text(encoding="utf-8")
ADDRESS = "http://localhost:4566"
SERVES = "0"
"""The terminal in which the sandbox serves."""

LOOKS = re.compile(r"dxmacsec (status|tasks)|python -m sandbox (letters|router \S+$)")
"""Commands that only look: a person looks again when what they wait for is not there yet."""

PATIENCE_SECONDS = 60
QUESTION = re.compile(r"\[y/N\]: (\w+)$")


@dataclass
class Walk:
    """Walks with the two terminals of the page against a sandbox that serves."""

    endpoint: str
    environment: dict[str, str]
    started: list[str]
    names: Names = field(default_factory=Names)
    first: OpenTerminal | None = None

    def take(self, step: Step) -> None:
        """Type a step's command, and hold what it shows against the page."""
        if step.terminal == SERVES:
            assert (
                missing(step.shown, [line.replace(self.endpoint, ADDRESS) for line in self.started], self.names) == ""
            )
        elif step.terminal:
            self._in_the_first(step)
        else:
            self._in_the_second(step)

    def _in_the_first(self, step: Step) -> None:
        if step.command:
            self.end()
            self.first = OpenTerminal(self.names.typed(step.command), ROOT, self.environment)
        assert self.first is not None
        before: list[str] = []
        for line in step.shown:
            asked = QUESTION.search(line)
            if asked:
                self._until_drawn([*before, line[: asked.start(1)]], step)
                self.first.answer(asked[1])
            before.append(line)
        self._until_drawn(step.shown, step)

    def _until_drawn(self, lines: list[str] | tuple[str, ...], step: Step) -> None:
        assert self.first is not None
        deadline = time.monotonic() + PATIENCE_SECONDS
        while lost := missing(lines, self.first.lines(), self.names, gaps=True):
            drawn = "\n".join(self.first.lines())
            assert time.monotonic() < deadline, f"{step.command or 'the first terminal'} never shows {lost}:\n{drawn}"
            time.sleep(0.2)

    def _in_the_second(self, step: Step) -> None:
        command, deadline = self.names.typed(step.command), time.monotonic() + PATIENCE_SECONDS
        while True:
            code, out = typed(command, ROOT, self.environment)
            lost = missing(step.shown, out.replace(self.endpoint, ADDRESS).splitlines(), self.names)
            if code == 0 and not lost:
                return
            again = LOOKS.match(step.command) and time.monotonic() < deadline
            assert again, f"{command} ended with {code}; the page shows: {lost}\nit printed:\n{out}"
            time.sleep(0.5)

    def end(self) -> None:
        """Wait for the end of what runs in the first terminal; the page left it there."""
        if self.first is not None:
            self.first.ended()
            self.first = None


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """Return a walk in a sandbox whose routers nobody but the page's reader answers for."""
    process = served("--router-mode", "manual")
    assert process.stdout is not None
    assert process.stderr is not None
    started = [process.stdout.readline()]
    while not started[-1].startswith("Ctrl-C"):
        started.append(process.stderr.readline())
        assert started[-1], "the sandbox ended before it was ready"
    made = Walk((endpoint := json.loads(started[0])["endpoint"]), _environment(tmp_path, endpoint), started)
    yield made
    if made.first is not None:
        made.first.close()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def _environment(folder: Path, endpoint: str) -> dict[str, str]:
    """Return what the page exports, with the tools of this environment and the command of this checkout."""
    command = folder / "dxmacsec"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    exported = dict(re.findall(r"(AWS_\w+)=(\S+)", "".join(re.findall(r"^export (.*)$", PAGE, re.MULTILINE))))
    assert exported["AWS_ENDPOINT_URL"] == ADDRESS
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COLUMNS"))},
        **exported,
        "AWS_ENDPOINT_URL": endpoint,
        "PATH": os.pathsep.join((str(folder), str(TOOLS), os.environ["PATH"])),
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "functions"))),
    }


def test_the_page_starts_the_sandbox_that_the_test_walks_in() -> None:
    made = subprocess.run(
        ["make", "--no-print-directory", "-n", "serve", "ROUTERS=manual"],  # noqa: S607 - the make of this machine
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "make serve ROUTERS=manual" in PAGE
    assert made.stdout.splitlines()[-1].endswith("python -m sandbox serve --port 4566 --router-mode manual")


def test_every_command_of_the_walk_shows_what_the_page_shows(walk: Walk) -> None:
    taken = steps(PAGE)

    for step in taken:
        walk.take(step)
    walk.end()

    assert len(taken) > 30
