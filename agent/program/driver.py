"""Runs a program for each task: the task as JSON on its standard input, the answer as JSON on its standard output.

The CAK is only in the input of *install*: never in an argument or the environment, which other users of the machine
can read. The program may be killed with the agent and started again with the same task.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.driver import RouterDriverError
from agent.masking import masked
from agent.program.process import Process
from dxmacsec.model import HEX_64

if TYPE_CHECKING:
    from agent.driver import PortCkns
    from agent.task import RouterTask
    from dxmacsec.model import KeyPair

DEFAULT_SECONDS = 300.0

SAID_CHARACTERS = 1_000
"""The end of what the program complained of: that is where programs say why they stopped."""


@dataclass(frozen=True, slots=True)
class ProgramSettings:
    """What is run: `argv` without a shell, and how long it may take."""

    argv: tuple[str, ...]
    seconds: float = DEFAULT_SECONDS


class ProgramDriver:
    """Lets a program do what a task says."""

    def __init__(self, settings: ProgramSettings) -> None:
        """Take what is run."""
        self._settings = settings

    def install(self, task: RouterTask, pair: KeyPair) -> PortCkns:
        """Run the program with the pair; the only call whose input holds a CAK.

        Raises:
            RouterDriverError: the program failed, took too long, answered something else, or nobody waits any more.
        """
        return self._run(task, pair.cak.reveal())

    def prove(self, task: RouterTask) -> PortCkns:
        """Run the program.

        Raises:
            RouterDriverError: see `install`.
        """
        return self._run(task)

    def confirm(self, task: RouterTask) -> PortCkns:
        """Run the program.

        Raises:
            RouterDriverError: see `install`.
        """
        return self._run(task)

    def remove(self, task: RouterTask) -> PortCkns:
        """Run the program.

        Raises:
            RouterDriverError: see `install`.
        """
        return self._run(task)

    def _run(self, task: RouterTask, cak: str = "") -> PortCkns:
        program = _ended(self._settings, task, json.dumps(_document(task, cak)))
        if program.code:
            message = f"{self._name} ended with {program.code}: {masked(program.err, [cak]).strip()[-SAID_CHARACTERS:]}"
            raise RouterDriverError(message)
        ports = _ports(program.out)
        if ports is None or set(ports) != set(task.ports):
            message = (
                f'{self._name}: expected {{"ports": {{port: CKN or null}}}} with {", ".join(task.ports)} on stdout'
            )
            raise RouterDriverError(message)
        return ports

    @property
    def _name(self) -> str:
        return self._settings.argv[0]


def _document(task: RouterTask, cak: str) -> dict[str, Any]:
    """Return what the program reads: the task without its token, which is the right to answer it."""
    return {
        "schema": 1,
        "task": str(task.task),
        "task_id": task.task_id,
        "rotation": task.rotation,
        "link": task.link,
        "link_kind": str(task.link_kind),
        "ports": list(task.ports),
        "ckn": task.ckn,
        "old_ckns": list(task.old_ckns),
        "deadline": task.deadline.isoformat(),
        "what": task.what,
        **({"cak": cak} if cak else {}),
    }


def _ended(settings: ProgramSettings, task: RouterTask, text: str) -> Process:
    """Run the program to its end; one that takes too long, or that nobody waits for, is stopped with all it started."""
    task.stop_if_unwanted()
    try:
        program = Process(settings.argv, text)
    except OSError as error:
        message = f"{settings.argv[0]} can't be run: {error.strerror}"
        raise RouterDriverError(message) from error
    with program:
        if program.ends_within(settings.seconds, task.still_wanted):
            return program
        program.stop()
    task.stop_if_unwanted()
    message = f"{settings.argv[0]} took longer than {settings.seconds:g} s"
    raise RouterDriverError(message)


def _ports(out: str) -> dict[str, str | None] | None:
    try:
        ports = json.loads(out)["ports"]
        good = all(ckn is None or HEX_64.fullmatch(ckn) for ckn in ports.values())
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(ports) if good else None
