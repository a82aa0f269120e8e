"""What is noted while the product works: who set which mode when, and what was on the bus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from sandbox.cloud.moto_patches import Event
from sandbox.demo.drift import ModeCall, Told
from sandbox.twin import CallRecord, DirectConnectTwin

CHANGED: Final = "MACsec Compliance Changed"
_NAMES: Final = {"UpdateConnection": "connectionId", "UpdateLag": "lagId"}


class ModeNotes:
    """Every call that set a mode, noted from the twin itself: also one whose event is lost."""

    def __init__(self, twin: DirectConnectTwin) -> None:
        """Begin to note."""
        self._twin = twin
        self.calls: list[ModeCall] = []
        twin.on_call.append(self._note)

    def _note(self, record: CallRecord) -> None:
        name, mode = _NAMES.get(record.operation), record.parameters.get("encryptionMode")
        if name and mode and record.error is None:
            self.calls.append(ModeCall(str(record.parameters[name]), str(mode), record.principal, record.at))

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Let nobody else hear of the calls made meanwhile: CloudTrail's delivery of events is best effort."""
        hearing = list(self._twin.on_call)
        self._twin.on_call[:] = [self._note]
        try:
            yield
        finally:
            self._twin.on_call[:] = hearing


class Bus:
    """The events of the default bus, each with the moment at which it was first seen there."""

    def __init__(self, events: Callable[[], Sequence[Event]]) -> None:
        """Take what returns all events so far; those of before are left out."""
        self._events, self._read = events, len(events())
        self._heard: list[tuple[Event, datetime]] = []

    def look(self) -> None:
        """Note what is new."""
        new, at = self._events()[self._read :], datetime.now(UTC)
        self._read += len(new)
        self._heard += [(event, at) for event in new]

    def told(self, link: str) -> tuple[Told, ...]:
        """Return the changes of a link's verdict, oldest first."""
        changes = ((event["detail"], at) for event, at in self._heard if event["detail-type"] == CHANGED)
        return tuple(Told.from_detail(detail, at) for detail, at in changes if detail["link"] == link)

    def heard(self, call: ModeCall) -> datetime | None:
        """Return when CloudTrail's event of a call that set a mode was seen; None if it never was."""
        return next((at for event, at in self._heard if _says(event, call)), None)


def _says(event: Event, call: ModeCall) -> bool:
    name = _NAMES.get(event["detail"].get("eventName", ""))
    asked = event["detail"].get("requestParameters") or {}
    return bool(name) and (asked.get(name), asked.get("encryptionMode")) == (call.link, call.mode)
