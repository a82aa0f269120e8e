"""Everything of moto that is private and that the sandbox touches, in one package.

Each module mends one service and says what breaks when moto moves; the version is therefore pinned.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from sandbox.cloud.moto_patches import (
    buckets,
    event_bus,
    event_sources,
    execution_history,
    execution_life,
    functions,
    map_runs,
    queues,
    rotation,
    secret_lists,
    secrets_manager,
    security_hub,
    security_tokens,
    step_functions,
    step_functions_tasks,
    tables,
    templates,
)
from sandbox.cloud.moto_patches.hooks import Event, Hooks
from sandbox.cloud.moto_patches.mending import Mends

PINNED_MOTO: Final = "5.2.5"

_SERVICES = (
    buckets,
    tables,
    templates,
    functions,
    event_bus,
    queues,
    event_sources,
    secret_lists,
    secrets_manager,
    security_hub,
    security_tokens,
    rotation,
    step_functions,
    execution_life,
    execution_history,
    step_functions_tasks,
    map_runs,
)

__all__ = ["PINNED_MOTO", "Event", "Hooks", "Mends", "apply"]


def apply(hooks: Hooks) -> Mends:
    """Mend moto for one running sandbox; `undo()` of the answer takes everything back.

    Raises:
        RuntimeError: another moto than the pinned one is installed.
    """
    installed = version("moto")
    if installed != PINNED_MOTO:
        detail = f"the sandbox needs moto {PINNED_MOTO}, not {installed}: its mends touch private attributes"
        raise RuntimeError(detail)
    mends = Mends()
    for service in _SERVICES:
        service.mend(mends, hooks)
    return mends
