"""The small rest of the outside world: managed secrets, key material, the router desk, the herald."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dxmacsec.model import Cak, KeyPair, ManagedSecret, Past, RotationRun, RouterMode
from sandbox.twin import InMemoryManagedSecrets


@dataclass
class FakeManagedSecrets:
    """Looks into the twin's own store."""

    store: InMemoryManagedSecrets

    def state(self, secret_arn: str) -> ManagedSecret:
        if secret_arn not in self.store.arns():
            return ManagedSecret.GONE
        asked = self.store.deletion_requested_at(secret_arn)
        return ManagedSecret.SCHEDULED if asked else ManagedSecret.PRESENT

    def states(self, secret_arns: Collection[str]) -> dict[str, ManagedSecret]:
        return {arn: self.state(arn) for arn in secret_arns}


@dataclass
class SeededKeyMaker:
    """Makes the same pairs in the same order in each run."""

    seed: str = "pairs"
    made: list[KeyPair] = field(default_factory=list)

    def pair(self) -> KeyPair:
        pair = a_pair(f"{self.seed}/{len(self.made)}")
        self.made.append(pair)
        return pair


def a_pair(seed: str) -> KeyPair:
    """Return the pair that grows from a seed."""
    ckn, cak = (hashlib.sha256(f"{seed}/{half}".encode()).hexdigest() for half in ("ckn", "cak"))
    return KeyPair(ckn, Cak(cak))


@dataclass
class FakeRouterDesk:
    """A queue of messages, and the answers that the owner's declaration gave."""

    sent: list[tuple[RouterMode, dict[str, Any]]] = field(default_factory=list)
    declared: dict[str, dict[str, Any]] = field(default_factory=dict)

    def send(self, mode: RouterMode, message: dict[str, Any]) -> None:
        self.sent.append((mode, json.loads(json.dumps(message))))

    def declare(self, token: str, answer: dict[str, Any]) -> None:
        self.declared.setdefault(token, json.loads(json.dumps(answer)))


@dataclass
class FakeHerald:
    """Remembers what it was told to tell."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    alerts: list[tuple[str, str]] = field(default_factory=list)

    def event(self, detail_type: str, detail: dict[str, Any]) -> None:
        self.events.append((detail_type, json.loads(json.dumps(detail))))

    def alert(self, subject: str, text: str) -> None:
        self.alerts.append((subject, text))


@dataclass
class FakeExecutions:
    """Knows which executions ended, when and how; one that has no error and was not cut short succeeded."""

    ended: dict[str, datetime] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    cut_short: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)

    def run(self, execution_arn: str) -> RotationRun | None:
        if execution_arn in self.forgotten:
            return None
        name, ended = execution_arn.rsplit(":", 1)[-1], self.ended.get(execution_arn)
        error = self.errors.get(execution_arn, "")
        status = "RUNNING" if ended is None else "FAILED" if error else "SUCCEEDED"
        status = "ABORTED" if execution_arn in self.cut_short else status
        return RotationRun(name, status, error, ended_at=ended)

    def ended_at(self, execution_arn: str) -> datetime | None:
        return self.ended.get(execution_arn)


@dataclass
class FakeHistories:
    """Knows what became of executions; a test or a walker writes it down."""

    pasts: dict[str, Past] = field(default_factory=dict)

    def past(self, execution_arn: str) -> Past | None:
        return self.pasts.get(execution_arn)


@dataclass
class FakeRotations:
    """Knows rotations by their names; a test says how they went."""

    started: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: dict[str, RotationRun] = field(default_factory=dict)

    def start(self, name: str, request: dict[str, Any]) -> bool:
        if name in self.started:
            return self.runs[name].running and self.started[name] == request
        self.started[name] = request
        self.runs[name] = RotationRun(name, "RUNNING")
        return True

    def run(self, name: str) -> RotationRun | None:
        return self.runs.get(name)
