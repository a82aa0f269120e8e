"""The customer's end: does what a router task says, on the twin's router, and answers as it behaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dxmacsec.model import RouterTaskKind
from tests.worlds.scene import Scene

SWITCHING_SECONDS = 30.0
"""Until the sessions of a router that was told to prefer another key have settled."""


@dataclass(frozen=True)
class Answer:
    """What comes back by a token: an output, an error's name, or silence."""

    output: Any = None
    error: str | None = None


@dataclass
class AnsweringRouter:
    """An agent that answers every task; `before_answer` lets a test meddle just before it does."""

    scene: Scene
    done: list[tuple[str, str]] = field(default_factory=list)
    before_answer: Callable[[dict[str, Any]], None] = lambda _: None
    forge: Callable[[dict[str, Any], Any], Any] = lambda _, output: output

    def work(self, message: dict[str, Any]) -> float:
        """Do the task; return the seconds until the answer, infinite where none will come."""
        router = self.scene.twin.router(message["link"])
        if router.behaviour.answers == "never":
            return float("inf")
        task = RouterTaskKind(message["task"])
        if task is RouterTaskKind.INSTALL:
            pair = self.scene.key_secrets.pair(message["link"], message["version_id"])
            router.install(pair.ckn, pair.cak.reveal())
        elif task is RouterTaskKind.PROVE:
            router.prefer(message["ckn"])
        elif task is RouterTaskKind.REMOVE:
            for ckn in message["old_ckns"]:
                router.remove(ckn)
        self.done.append((task, message["link"]))
        late = router.behaviour.late_seconds if router.behaviour.answers == "late" else 0.0
        return late + (SWITCHING_SECONDS if task is RouterTaskKind.PROVE else 1.0)

    def answer(self, message: dict[str, Any]) -> Answer:
        """Say, at the time of the answer, what the router uses."""
        self.before_answer(message)
        router = self.scene.twin.router(message["link"])
        answers = router.behaviour.answers
        if answers == "failure":
            return Answer(error="RouterFailed")
        ports: dict[str, str | None] = router.in_use()
        if answers == "wrong-ckn":
            ports = dict.fromkeys(ports, "ab" * 32)
        elif answers == "some-ports":
            ports = dict(list(ports.items())[1:])
        output = {"task_id": message["task_id"], "ports": ports, "by": "agent"}
        return Answer(output=self.forge(message, output))
