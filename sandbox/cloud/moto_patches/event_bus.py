"""EventBridge: every accepted event goes to the sandbox's delivery, which knows all kinds of targets.

What breaks when moto moves: `EventsBackend.put_events`, `Rule.send_to_targets`, `EventPattern`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.account import REGION
from sandbox.cloud.envelope import envelope
from sandbox.cloud.moto_patches.hooks import Event, Hooks
from sandbox.cloud.moto_patches.mending import Mends, private
from sandbox.cloud.vocabulary import Private


def mend(mends: Mends, hooks: Hooks) -> None:
    """Keep moto's checks of PutEvents, and replace its delivery."""
    models = private("moto.events.models")
    put = models.EventsBackend.put_events

    def put_events(self: Private, events: list[dict[str, Any]]) -> Private:
        results = put(self, events)
        for entry, result in zip(events, results, strict=True):
            if "EventId" in result and entry.get("EventBusName", "default").endswith("default"):
                hooks.publish({**_event(entry, self.account_id), "id": result["EventId"]})
        return results

    mends.replace(models.EventsBackend, "put_events", put_events)
    mends.replace(models.Rule, "send_to_targets", lambda *_, **__: None)


def _event(entry: dict[str, Any], account: str) -> dict[str, Any]:
    stamp = entry.get("Time")
    at = datetime.fromtimestamp(float(stamp), UTC) if isinstance(stamp, int | float) else None
    detail, resources = json.loads(entry["Detail"]), entry.get("Resources", [])
    return envelope(entry["Source"], entry["DetailType"], detail, resources=resources, at=at, account=account)


def rules_that_match(event: Event) -> Iterator[Any]:
    """Yield the enabled rules of the default bus of the event's account whose pattern matches, as moto's objects."""
    bus = private("moto.events.models").events_backends[event["account"]][REGION].event_buses["default"]
    for rule in list(bus.rules.values()):
        has_pattern = bool(rule.event_pattern.get_pattern())
        if has_pattern and rule.state.startswith("ENABLED") and rule.event_pattern.matches_event(event):
            yield rule
