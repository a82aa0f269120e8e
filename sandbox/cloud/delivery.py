"""Delivery: events go to the targets of the rules that match, schedules fire by name."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from typing import Final

from sandbox.cloud.account import ACCOUNT_ID
from sandbox.cloud.cloudtrail import DETAIL_TYPE, READING
from sandbox.cloud.dead_letters import send_or_bury
from sandbox.cloud.envelope import envelope
from sandbox.cloud.moto_patches import Event
from sandbox.cloud.moto_patches.event_bus import rules_that_match
from sandbox.cloud.parcels import Parcel, dispatch
from sandbox.cloud.targets import ClientFor, caller_for, input_for

BURST_EVENTS: Final = 100
"""How many events are delivered together at most."""
_EVERY_CALL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
"""The rule state without which read calls don't reach a rule.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
"""


class Delivery:
    """The default bus of an account: a journal of its events and one thread that delivers them in order.

    Delivery is asynchronous, as on AWS: who puts an event doesn't wait for its targets.
    """

    def __init__(self, client_for: ClientFor, account: str = ACCOUNT_ID) -> None:
        """Prepare for an account whose clients `client_for` makes; nothing is delivered before `start`."""
        self._client_for, self._account = client_for, account
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

    def undelivered(self) -> int:
        """Return how many events are still on their way to their targets."""
        return self._waiting.unfinished_tasks

    def fire_schedule(self, name: str) -> None:
        """Do at once what a schedule does when its time comes, also if it is disabled.

        Raises:
            KeyError: there is no schedule of that name.
            ClientError: the target refused, and the schedule has no queue for what it can't deliver.
        """
        scheduler = self._client_for("scheduler", "sandbox")
        try:
            target = scheduler.get_schedule(Name=name)["Target"]
        except scheduler.exceptions.ResourceNotFoundException as error:
            raise KeyError(name) from error
        text = target.get("Input") or json.dumps(
            envelope("aws.scheduler", "Scheduled Event", {}, account=self._account)
        )
        send_or_bury(self._client_for, target, text, text, by=caller_for(target))

    def _deliver_all(self) -> None:
        ended = False
        while not ended:
            taken = self._taken()
            ended = None in taken
            events = [event for event in taken if event is not None]
            dispatch(self._client_for, [parcel for event in events for parcel in _parcels(event)])
            for _ in taken:
                self._waiting.task_done()

    def _taken(self) -> list[Event | None]:
        """Wait for an event, and take those that wait behind it, so that a burst travels in batches."""
        taken = [self._waiting.get()]
        while len(taken) < BURST_EVENTS and None not in taken:
            try:
                taken.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return taken


def _parcels(event: Event) -> Iterator[Parcel]:
    """Yield what an event brings to the targets of the rules that match it."""
    for rule in rules_that_match(event):
        if not _hidden_from(rule.state, event):
            for target in rule.targets:
                yield Parcel(rule.name, target, input_for(target, event), json.dumps(event))


def _hidden_from(state: str, event: Event) -> bool:
    """Return whether a rule in this state doesn't see the event: read calls need more than ENABLED."""
    name = str(event["detail"].get("eventName", ""))
    by_trail = event["detail-type"] == DETAIL_TYPE
    return by_trail and name.startswith(READING) and state != _EVERY_CALL
