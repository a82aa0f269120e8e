"""From a machine's first step to a function: its event is the input and the execution that runs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from dxmacsec.handlers.run import task
from dxmacsec.model import Execution

if TYPE_CHECKING:
    from collections.abc import Callable

    from dxmacsec.fleet import Fleet
    from dxmacsec.handlers.run import Event, Handler
    from dxmacsec.interfaces import World
    from dxmacsec.model import Enforcement, Recovery, Rotation


def first_task(step: Callable[[Any, Execution, World], Rotation | Enforcement | Recovery | Fleet]) -> Handler:
    """Return the function of a first step: `{"input": …, "execution": {"id", "name", "started_at"}}`."""
    return task(step.__name__, lambda event, world: step(event["input"], execution_of(event), world), of=execution_name)


def execution_of(event: Event) -> Execution:
    """Return the execution that an event of a first step names."""
    execution = event["execution"]
    return Execution(execution["id"], execution["name"], datetime.fromisoformat(execution["started_at"]))


def execution_name(event: Event) -> dict[str, Any]:
    """Return whom the event is about; what a person typed is not checked yet and stays out of the log."""
    return {"rotation": event["execution"]["name"]}
