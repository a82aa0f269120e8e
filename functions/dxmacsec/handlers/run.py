"""From a step to a function: parse the event, call the step, write one line, serialise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dxmacsec.fleet import Fleet
from dxmacsec.handlers import wiring
from dxmacsec.handlers.canonical_log import Call
from dxmacsec.handlers.document import read, write
from dxmacsec.handlers.sdk_log import silence_sdk_debug
from dxmacsec.model import Enforcement, Recovery, Rotation

if TYPE_CHECKING:
    from collections.abc import Callable

    from dxmacsec.handlers.canonical_log import Ended
    from dxmacsec.interfaces import World

    Event = Mapping[str, Any]
    Handler = Callable[[Event, object], dict[str, Any] | None]

silence_sdk_debug()


def rotation_task(step: Callable[[Rotation, World], Rotation]) -> Handler:
    """Return the function of a step of `RotateKey`: the document is its event and its result."""
    return task(step.__name__, lambda event, world: step(read(Rotation, event), world), of=_document)


def enforcement_task(step: Callable[[Enforcement, World], Enforcement]) -> Handler:
    """Return the function of a step of `EnforceEncryption`: the document is its event and its result."""
    return task(step.__name__, lambda event, world: step(read(Enforcement, event), world), of=_document)


def recovery_task(step: Callable[[Recovery, World], Recovery]) -> Handler:
    """Return the function of a step of `RecoverLink`: the document is its event and its result."""
    return task(step.__name__, lambda event, world: step(read(Recovery, event), world), of=_document)


def fleet_task(step: Callable[[Fleet, World], Fleet]) -> Handler:
    """Return the function of a step of `RotateFleet`: the document is its event and its result."""
    return task(step.__name__, lambda event, world: step(read(Fleet, event), world), of=_run)


def task(
    name: str,
    work: Callable[[Event, World], Ended | None],
    of: Callable[[Event], dict[str, Any]],
) -> Handler:
    """Return a function that does some work in its world and writes one line about it; failures fly on.

    `of` says whom an event is about, for the line.
    """
    return logged(name, lambda event: work(event, wiring.world()), of)


def logged(name: str, work: Callable[[Event], Ended | None], of: Callable[[Event], dict[str, Any]]) -> Handler:
    """Return a function that does some work and writes one line about it; failures fly on."""

    def handler(event: Event, _context: object) -> dict[str, Any] | None:
        call = Call({"step": name, **(of(event) if isinstance(event, Mapping) else {})})
        try:
            document = work(event)
            answer: dict[str, Any] | None = write(document)
        except Exception as error:
            call.failed(error)
            raise
        call.done(document)
        return answer

    return handler


def _document(event: Event) -> dict[str, Any]:
    return {"rotation": event.get("id"), "link": event.get("link")}


def _run(event: Event) -> dict[str, Any]:
    return {"run": event.get("id")}
