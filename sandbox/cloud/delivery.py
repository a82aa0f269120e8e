"""Delivery: events go to the targets of the rules that match, schedules fire by name."""

from __future__ import annotations

import json
import logging
import queue
import threading

from botocore.exceptions import ClientError

from sandbox.cloud.envelope import envelope
from sandbox.cloud.moto_patches import Event
from sandbox.cloud.moto_patches.event_bus import rules_that_match
from sandbox.cloud.targets import ClientFor, UnknownTargetError, input_for, send

_LOG = logging.getLogger(__name__)
_READ_ONLY = ("Describe", "List", "Get")
_EVERY_CALL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
"""The rule state without which read calls don't reach a rule.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
"""


class Delivery:
    """The default bus: a journal of its events and one thread that delivers them in order.

    Delivery is asynchronous, as on AWS: who puts an event doesn't wait for its targets.
    """

    def __init__(self, client_for: ClientFor) -> None:
        """Prepare; nothing is delivered before `start`."""
        self._client_for = client_for
        self._events: list[Event] = []
        self._waiting: queue.Queue[Event | None] = queue.Queue()
        self._thread = threading.Thread(target=self._deliver_all, name="delivery", daemon=True)

    def start(self) -> None:
        """Start delivering."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what waits is delivered."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def publish(self, event: Event) -> None:
        """Note an event and queue it for its rules."""
        self._events.append(event)
        self._waiting.put(event)

    def events(self, source: str | None = None) -> list[Event]:
        """Return all events so far, of one source if asked."""
        return [event for event in list(self._events) if source in (None, event["source"])]

    def drain(self) -> None:
        """Wait until everything published so far is delivered."""
        self._waiting.join()

    def fire_schedule(self, name: str) -> None:
        """Do at once what a schedule does when its time comes, also if it is disabled.

        Raises:
            KeyError: there is no schedule of that name.
        """
        scheduler = self._client_for("scheduler", "sandbox")
        try:
            target = scheduler.get_schedule(Name=name)["Target"]
        except scheduler.exceptions.ResourceNotFoundException as error:
            raise KeyError(name) from error
        text = target.get("Input") or json.dumps(envelope("aws.scheduler", "Scheduled Event", {}))
        send(self._client_for, target, text)

    def _deliver_all(self) -> None:
        while (event := self._waiting.get()) is not None:
            self._deliver(event)
            self._waiting.task_done()
        self._waiting.task_done()

    def _deliver(self, event: Event) -> None:
        for rule in rules_that_match(event):
            if _hidden_from(rule.state, event):
                continue
            for target in rule.targets:
                try:
                    send(self._client_for, target, input_for(target, event))
                except (ClientError, UnknownTargetError):
                    _LOG.exception("rule %s could not deliver to %s", rule.name, target["Arn"])


def _hidden_from(state: str, event: Event) -> bool:
    """Return whether a rule in this state doesn't see the event: read calls need more than ENABLED."""
    name = str(event["detail"].get("eventName", ""))
    by_trail = event["detail-type"] == "AWS API Call via CloudTrail"
    return by_trail and name.startswith(_READ_ONLY) and state != _EVERY_CALL
