"""Watches a whole estate and says what was promised and not kept, whoever else changes it meanwhile."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from dxmacsec.model import MUST_ENCRYPT, Label
from dxmacsec.policy.compliance import judge
from dxmacsec.policy.groups import redundancy_group
from dxmacsec.steps.facts import read_about
from sandbox.twin import CallRecord
from sandbox.twin.building import hand_made_pair
from tests.walk.execution import Execution
from tests.walk.walker import Walker
from tests.walk.witness import CHANGES

OURS = "dxmacsec"
CHANGING = frozenset({"MakeRoom", "CreateKey", "InstallOnRouter", "AssociateKey"})


@dataclass
class Promises:
    """Notes what our calls did at the moment at which they did it; what people do is theirs."""

    walker: Walker
    broken: list[str] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Listen to every call, and look after every state."""
        self.walker.scene.twin.on_call.append(self._heard)
        self.walker.watchers.append(self._alone)

    def _heard(self, record: CallRecord) -> None:
        if record.principal != OURS or record.operation not in CHANGES or record.error is not None:
            return
        link = record.parameters.get("lagId") or record.parameters["connectionId"]
        self.changes[record.operation] += 1
        self._locked(record.operation, link)
        if record.operation == "DisassociateMacSecKey":
            self._keyed(link)
        if record.parameters.get("encryptionMode") == MUST_ENCRYPT:
            self._no_gamble(link)

    def _locked(self, operation: str, link: str) -> None:
        owner = self.walker.scene.ledger.acting_locks.get(link)
        if owner is None or owner.execution not in self.walker.stepping:
            self.broken.append(f"{operation} of {link} by {self.walker.stepping} under the lock of {owner}")

    def _keyed(self, link: str) -> None:
        if not any(key.associated for key in self.walker.scene.link(link).keys):
            self.broken.append(f"our own call left no associated key on {link}")

    def _no_gamble(self, link_id: str) -> None:
        scene = self.walker.scene
        link = scene.link(link_id)
        since, _, kind = scene.twin.meter.timeline(link_id)[-1]
        up = (scene.clock.now() - since).total_seconds() if kind == "encrypted" and link.encrypted else 0.0
        if up <= scene.world.limits.status_lag.total_seconds() or not any(key.associated for key in link.keys):
            self.broken.append(f"{link_id} was raised to {MUST_ENCRYPT}, up for {up} seconds")

    def _alone(self) -> None:
        """Check that no two rotations work on one link, or on two links of one declared group."""
        at_work = [each for each in self.walker.executions if _works(each)]
        links = [self._link_of(each) for each in at_work]
        owners = [*links, *(group for link in set(links) if (group := self._group(link)))]
        twice = [owner for owner, count in Counter(owners).items() if count > 1]
        if twice:
            self.broken.append(f"{[each.name for each in at_work]} work on {twice} at the same time")

    def _link_of(self, execution: Execution) -> str:
        return str(execution.document["link"])

    def _group(self, link_id: str) -> str:
        group, declared = redundancy_group(self.walker.scene.link(link_id), {})
        return group if declared else ""

    def leaks(self) -> list[str]:
        """Return every CAK that is found in a paper, an event, an alert, a message or the ledger."""
        scene = self.walker.scene
        caks = [pair.cak.reveal() for pair in scene.key_maker.made]
        caks += [hand_made_pair(link, number).cak.reveal() for link in scene.twin.links() for number in (1, 2, 3)]
        told = json.dumps([scene.herald.events, scene.herald.alerts, scene.desk.sent, scene.desk.declared])
        written = "".join([*self.walker.papers, told, scene.ledger.everything()]).lower()
        return [f"the CAK {cak[:4]}… travelled" for cak in caks if cak.lower() in written]

    def rest(self) -> list[str]:
        """Return what must not be there when nothing runs and everything was told: locks, labels, wrong standings."""
        ledger = self.walker.scene.ledger
        left = {
            "a rotation lock": ledger.rotation_locks,
            "an acting lock": ledger.acting_locks,
            "a task": ledger.tasks,
            "a word at a lock": ledger.waiting,
        }
        found = [f"{what} is left: {rows}" for what, rows in left.items() if rows]
        for link in self.walker.scene.twin.links():
            found += self._labels(link)
        return [*found, *self._standings(), *self.leaks()]

    def _labels(self, link_id: str) -> list[str]:
        secrets = self.walker.scene.key_secrets
        found = [
            f"{label} of {link_id} is left" for label in (Label.NEW, Label.PENDING) if secrets.holder(link_id, label)
        ]
        in_use = secrets.holder(link_id, Label.IN_USE)
        if in_use and in_use != secrets.holder(link_id, Label.CURRENT):
            found.append(f"AWSCURRENT of {link_id} is not the version in use")
        both = [
            each.ckn for each in secrets.versions(link_id) or () if each.has(Label.IN_USE) and each.has(Label.FAILED)
        ]
        return [*found, *(f"{ckn} of {link_id} is both in use and failed" for ckn in both)]

    def _standings(self) -> list[str]:
        world = self.walker.scene.world
        standings = self.walker.scene.compliance.rows
        links = [link for link in world.direct_connect.links() if link.id in standings]
        reading = read_about(links, standings, world)
        found = []
        for link in links:
            judgement, standing = judge(reading.facts(link, world)), standings[link.id]
            if (judgement.status, judgement.reasons) != (standing.status, standing.reasons):
                found.append(f"{link.id} stands as {standing.reasons} and is {judgement.reasons}")
        return found


def _works(execution: Execution) -> bool:
    """Tell whether a rotation runs that has begun to change something and has not closed."""
    if execution.machine != "rotate_key" or execution.status != "RUNNING":
        return False
    return not CHANGING.isdisjoint(execution.visited) and "CloseRotation" not in execution.visited
