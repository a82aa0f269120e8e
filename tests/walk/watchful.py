"""A walk on which compliance listens: CloudTrail's events and ours reach HearChange, remedies start as executions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from dxmacsec.compliance import HeardChanges, Looked
from dxmacsec.policy.change_events import written
from dxmacsec.steps.hear_change import hear_change
from dxmacsec.steps.sweep_links import sweep_links
from sandbox.cloud.trail import event_of
from sandbox.twin import CallRecord
from tests.walk.execution import Execution
from tests.walk.quick import Walk

OURS = "dxmacsec"
ONLOOKER = "onlooker"
HEARD = frozenset({"MACsec Enforcement Ended", "MACsec Rotation Ended", "MACsec Link Freed"})


@dataclass
class Watchful:
    """Carries events from the twin and from our own bus to HearChange, and starts what that asks for."""

    walk: Walk
    waiting: list[dict[str, Any]] = field(default_factory=list)
    told: int = 0
    started: set[str] = field(default_factory=set)
    heard: list[HeardChanges] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to the twin."""
        self.walk.scene.twin.on_call.append(self._called)

    def change_mode(self, mode: str, link: str = "") -> None:
        """Change the mode as somebody in the console does."""
        link = link or self.walk.link_id
        operation, name = ("UpdateLag", "lagId") if link.startswith("dxlag-") else ("UpdateConnection", "connectionId")
        self.walk.scene.twin.call(operation, {name: link, "encryptionMode": mode}, principal="person")

    def deliver(self, *, again: int = 1) -> HeardChanges:
        """Deliver everything that happened since the last time, each event so often, in one batch."""
        events = [*self.waiting, *self._own()]
        self.waiting.clear()
        messages = {uuid4().hex: event for event in events for _ in range(again)}
        heard = hear_change(messages, self.walk.scene.world)
        assert heard.failed == ()
        self.heard.append(heard)
        return heard

    def sweep(self) -> Looked:
        """Look at every link."""
        return sweep_links(self.walk.scene.world)

    def begin(self) -> list[Execution]:
        """Start the enforcements that were asked for, and return them; they stand at their first state."""
        asked = self.walk.scene.remedies.enforcements
        fresh = [name for name in asked if name not in self.started]
        self.started.update(fresh)
        return [
            self.walk.walker.start("enforce_encryption", {"link": link, "reason": reason}, name)
            for name in fresh
            for link, reason in [asked[name]]
        ]

    def settle(self, *, most_rounds: int = 6) -> int:
        """Deliver, and walk what that starts, until nothing follows any more; return the number of rounds."""
        for number in range(most_rounds):
            if number and not self.waiting and not self._has_news() and not self._rings():
                return number
            self.deliver()
            for execution in self.begin():
                self.walk.walker.walk(execution)
        message = f"no end after {most_rounds} rounds"
        raise AssertionError(message)

    def _rings(self) -> bool:
        """Let the time pass after which something is looked at again, and have it looked at."""
        asked = self.walk.scene.later.asked
        for link, change, after in asked:
            self.walk.scene.clock.sleep(after.total_seconds())
            detail = {"link": link, "change": written(change)}
            self.waiting.append(
                {"id": uuid4().hex, "source": OURS, "detail-type": "MACsec Look Again", "detail": detail}
            )
        found = bool(asked)
        asked.clear()
        return found

    def _has_news(self) -> bool:
        return any(kind in HEARD for kind, _ in self.walk.scene.herald.events[self.told :])

    def _own(self) -> Iterable[dict[str, Any]]:
        events = self.walk.scene.herald.events
        fresh, self.told = events[self.told :], len(events)
        return [
            {"id": uuid4().hex, "source": OURS, "detail-type": kind, "time": _now(self.walk), "detail": detail}
            for kind, detail in fresh
            if kind in HEARD
        ]

    def _called(self, record: CallRecord) -> None:
        if record.principal == ONLOOKER or record.operation.startswith(("Describe", "List")):
            return
        event = event_of(record)
        if record.principal == OURS:
            issuer = event["detail"]["userIdentity"]["sessionContext"]["sessionIssuer"]
            issuer["arn"] = issuer["arn"].replace(":role/", ":role/dxmacsec/")
        self.waiting.append(event)


def _now(walk: Walk) -> str:
    return walk.scene.clock.now().isoformat()
