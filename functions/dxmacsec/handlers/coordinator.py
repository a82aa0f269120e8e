"""From a step of the coordinator to a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.handlers import coordinator_wiring
from dxmacsec.handlers.document import read
from dxmacsec.handlers.run import logged
from dxmacsec.organisation import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from dxmacsec.handlers.canonical_log import Ended
    from dxmacsec.handlers.run import Event, Handler
    from dxmacsec.interfaces import CoordinatorWorld


def organisation_task(step: Callable[[Organisation, CoordinatorWorld], Organisation]) -> Handler:
    """Return the function of a step of `RotateOrganisation`: the document is its event and its result."""
    return coordinator_task(step.__name__, lambda event, world: step(read(Organisation, event), world), of=_run)


def coordinator_task(
    name: str, work: Callable[[Event, CoordinatorWorld], Ended], of: Callable[[Event], dict[str, Any]]
) -> Handler:
    """Return a function that does some work in the coordinator's world and writes one line about it."""
    return logged(name, lambda event: work(event, coordinator_wiring.coordinator_world()), of)


def _run(event: Event) -> dict[str, Any]:
    return {"run": event.get("id")}
