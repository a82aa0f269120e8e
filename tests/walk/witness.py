"""Watches a walk from the outside and says what was promised and not kept."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from dxmacsec import errors
from dxmacsec.model import MUST_ENCRYPT, Label
from sandbox.twin import CallRecord
from sandbox.twin.building import hand_made_pair
from tests.walk.execution import Execution
from tests.walk.walker import TIMEOUTS, Walker

CHANGES = frozenset({"AssociateMacSecKey", "DisassociateMacSecKey", "UpdateConnection", "UpdateLag"})
MACHINE_ERRORS = frozenset({*TIMEOUTS, "RouterFailed", "Sandbox.Timedout", "States.TaskFailed"})


@dataclass
class Witness:
    """Notes, from the moment it stands there, what happens to one link."""

    walker: Walker
    link_id: str
    fewest_associated: int = 3
    unlocked: list[str] = field(default_factory=list)
    gambles: list[str] = field(default_factory=list)
    up_since: datetime | None = None
    began_encrypted: bool = False
    lost_before: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        """Look once, then at every call and every state."""
        scene = self.walker.scene
        self.began_encrypted = scene.link(self.link_id).encrypted
        self.lost_before = self._lost()
        self._look()
        scene.twin.on_call.append(self._heard)
        self.walker.watchers.append(self._look)

    @property
    def lost_seconds(self) -> float:
        """Return the clear and dropped seconds since it stands there."""
        clear, dropped = self._lost()
        return clear - self.lost_before[0] + dropped - self.lost_before[1]

    def complaints(self) -> list[str]:
        """Return every promise that was broken, whatever trouble there was; empty is good."""
        return [*self._line(), *self._locks(), *self._labels(), *self._leaks(), *self._surprises()]

    def _line(self) -> list[str]:
        found = [f"a change without its lock: {call}" for call in self.unlocked]
        found += [f"must_encrypt was a gamble: {gamble}" for gamble in self.gambles]
        if self.began_encrypted and self.fewest_associated < 1:
            found.append("no key was associated")
        if self.began_encrypted and self.lost_seconds:
            found.append(f"{self.lost_seconds} seconds were not encrypted")
        return found

    def _locks(self) -> list[str]:
        ledger = self.walker.scene.ledger
        if any(each.status in ("RUNNING", "ABORTED") for each in self.walker.executions):
            return []
        left: dict[str, Collection[object]] = {
            "rotation": ledger.rotation_locks,
            "acting": ledger.acting_locks,
            "task": ledger.tasks,
        }
        return [f"a {kind} row is left: {list(rows)}" for kind, rows in left.items() if rows]

    def _labels(self) -> list[str]:
        secrets, link = self.walker.scene.key_secrets, self.walker.scene.link(self.link_id)
        if any(each.status in ("RUNNING", "ABORTED") for each in self.walker.executions):
            return []
        found = [
            f"{label} outlived its rotation"
            for label in (Label.NEW, Label.PENDING)
            if secrets.holder(self.link_id, label)
        ]
        named = {Label.IN_USE: 0, Label.FAILED: 0}
        for version in secrets.versions(self.link_id) or ():
            if version.has(Label.IN_USE) and version.has(Label.FAILED):
                found.append(f"{version.ckn} is both in use and failed")
            if version.ckn and link.key(version.ckn) and not version.labels & {*named, Label.old(version.ckn)}:
                found.append(f"{version.ckn} is on the link and has no label")
        in_use, current = secrets.holder(self.link_id, Label.IN_USE), secrets.holder(self.link_id, Label.CURRENT)
        if in_use and in_use != current:
            found.append("AWSCURRENT is not the version in use")
        return found

    def _leaks(self) -> list[str]:
        scene = self.walker.scene
        caks = [*scene.key_secrets.caks(), *(pair.cak.reveal() for pair in scene.key_maker.made)]
        caks += [hand_made_pair(self.link_id, number).cak.reveal() for number in range(1, 4)]
        told = json.dumps([scene.herald.events, scene.herald.alerts, scene.desk.sent, scene.desk.declared])
        written = "".join([*self.walker.papers, told, scene.ledger.everything()]).lower()
        return [f"the CAK {cak[:4]}… travelled" for cak in dict.fromkeys(caks) if cak.lower() in written]

    def _surprises(self) -> list[str]:
        faults = [fault for execution in self.walker.executions for fault in execution.faults]
        return [
            f"{state} raised {error}: {cause}"
            for state, error, cause in faults
            if error not in MACHINE_ERRORS and not issubclass(getattr(errors, error, int), errors.DxMacsecError)
        ]

    def _lost(self) -> tuple[float, float]:
        meter = self.walker.scene.twin.meter
        if self.link_id not in meter.links():
            return 0.0, 0.0
        seconds = meter.seconds(self.link_id)
        return seconds.clear, seconds.dropped

    def _look(self) -> None:
        scene = self.walker.scene
        link = scene.link(self.link_id)
        self.fewest_associated = min(self.fewest_associated, sum(key.associated for key in link.keys))
        self.up_since = (self.up_since or scene.clock.now()) if link.encrypted else None

    def _heard(self, record: CallRecord) -> None:
        if record.principal == "onlooker":
            return
        if record.operation in CHANGES and record.principal == "dxmacsec" and record.error is None:
            self._changed(record)
        self._look()

    def _changed(self, record: CallRecord) -> None:
        scene = self.walker.scene
        owner = scene.ledger.acting_locks.get(self.link_id)
        if owner is None or owner.execution not in self.walker.stepping:
            self.unlocked.append(f"{record.operation} of {self.walker.stepping} under {owner}")
        if record.parameters.get("encryptionMode") == MUST_ENCRYPT:
            up = (scene.clock.now() - self.up_since).total_seconds() if self.up_since else 0.0
            lag = scene.world.limits.status_lag.total_seconds()
            if up <= lag:
                self.gambles.append(f"up for {up} seconds, the status may lag by {lag}")


def witnessed(walker: Walker, link_id: str) -> Witness:
    """Put a witness on a link."""
    return Witness(walker, link_id)


def reasons(execution: Execution) -> tuple[str, str | None]:
    """Return how an execution ended, and its machine reason."""
    return execution.status, execution.error
