"""CloseEnforcement: write the record, free `acting` where it is ours, tell the world."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dxmacsec.interfaces import Pause, World
from dxmacsec.model import MUST_ENCRYPT, Enforcement, Outcome
from dxmacsec.policy.end_words import enforcement_letter
from dxmacsec.policy.outcome import SUCCEEDED, enforcement_record, enforcement_report, of_enforcement
from dxmacsec.steps.locks import free_acting
from dxmacsec.steps.telling import line_of

ENFORCED = frozenset({"AlreadyEnforced", "Enforced"})
"""Good ends after which the link is in must_encrypt; audit and an exemption end well and change nothing."""


def close_enforcement(enforcement: Enforcement, world: World) -> Enforcement:
    """Return the document with its outcome; the machine ends with it.

    A nested one leaves `acting` to its parent, who goes on acting. Running it twice is safe: the
    record is the same, and a lock is freed only where it names us.
    """
    outcome = of_enforcement(enforcement)
    enforced = outcome.status == SUCCEEDED and outcome.reason in ENFORCED
    mode = MUST_ENCRYPT if enforced else enforcement.mode_before
    record = enforcement_record(enforcement, outcome, world.clock.now())
    world.ledger.record(enforcement.link, enforcement.id, enforcement.started_at, record)
    if outcome.pause:
        pause = Pause(outcome.reason, outcome.sentence, enforcement.id, world.clock.now())
        world.ledger.set_enforcement_pause(enforcement.link, pause)
    if not enforcement.nested:
        free_acting(enforcement.link, enforcement.execution, world)
    _tell(enforcement, outcome, record, world)
    closed = replace(enforcement, outcome=outcome, report=enforcement_report(enforcement, outcome, mode))
    return closed.to("ended", outcome.reason, outcome.sentence)


def _tell(enforcement: Enforcement, outcome: Outcome, record: dict[str, Any], world: World) -> None:
    """Put the event; tell people where the mode is not what it must be, unless the parent's own letter does."""
    world.herald.event("MACsec Enforcement Ended", record)
    if enforcement.nested or (outcome.status == SUCCEEDED and outcome.reason in ENFORCED):
        return
    world.herald.alert(*enforcement_letter(enforcement, outcome, line_of(enforcement.link, world)))
