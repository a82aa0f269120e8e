"""CloseRecovery: make the labels true, complete the record, free the locks, tell people once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dxmacsec.interfaces import Pause, World
from dxmacsec.model import Label, Link, Outcome, Recovery, RouterTaskKind
from dxmacsec.policy.end_words import recovery_letter
from dxmacsec.policy.labels import holder, tidying
from dxmacsec.policy.recovery import labels
from dxmacsec.policy.recovery_outcome import (
    of_dead_enforcement,
    of_recovery,
    pause_of,
    recovered_enforcement,
    recovered_rotation,
    report_of,
)
from dxmacsec.steps.close_rotation import note_age
from dxmacsec.steps.locks import free_acting
from dxmacsec.steps.settling import movable_versions, move_labels
from dxmacsec.steps.telling import pauses_of


def close_recovery(recovery: Recovery, world: World) -> Recovery:
    """Return the document with its outcome: `recovered`, or `failed` when the line stayed dark or a road failed.

    Running it twice is safe: labels are moved and pauses set only while the lock is ours, and the record is
    the same.
    """
    link = world.direct_connect.link(recovery.link)
    outcome = of_recovery(recovery, link)
    if recovery.rotation is not None and world.ledger.holds_rotation(recovery.link, recovery.execution):
        _settle(recovery, outcome, link, world)
    record = _record(recovery, outcome, link, world)
    _free(recovery, world)
    _tell(recovery, outcome, record, link, world)
    closed = replace(recovery, outcome=outcome, report=report_of(recovery, outcome, link))
    dark = recovery.rotation is not None and recovery.rotation.verdict.next == "dark"
    well = recovery.failure is None and not dark
    return closed.to("recovered" if well else "failed", outcome.reason, outcome.sentence)


def _settle(recovery: Recovery, outcome: Outcome, link: Link, world: World) -> None:
    rotation = recovery.rotation
    if rotation is None:
        return
    versions = movable_versions(recovery.link, world)
    if versions:
        move_labels(recovery.link, labels(recovery, versions, link), world)
        versions = movable_versions(recovery.link, world)
    in_use = holder(versions, Label.IN_USE)
    note_age(rotation, in_use, world)
    if in_use is not None and rotation.new_key is not None and in_use.version_id == rotation.new_key.version_id:
        move_labels(recovery.link, tidying(versions, link), world)
    if pause := pause_of(recovery, outcome):
        world.ledger.set_pause(recovery.link, Pause(*pause, recovery.id, world.clock.now()))


def _record(recovery: Recovery, outcome: Outcome, link: Link, world: World) -> dict[str, Any]:
    """Write the records of the dead rotation and of the dead enforcement; return the one that people are told."""
    now, record = world.clock.now(), {}
    enforcement, rotation = recovery.enforcement, recovery.rotation
    if enforcement is not None:
        ended = of_dead_enforcement(recovery, enforcement, link)
        record = recovered_enforcement(recovery, enforcement, ended, now)
        world.ledger.record(recovery.link, enforcement.id, enforcement.started_at, record)
        if ended.pause:
            pause = Pause(ended.reason, ended.sentence, recovery.id, now)
            world.ledger.set_enforcement_pause(recovery.link, pause)
    if rotation is not None:
        record = recovered_rotation(recovery, rotation, outcome, now)
        world.ledger.record(recovery.link, rotation.id, rotation.started_at, record)
    return record


def _free(recovery: Recovery, world: World) -> None:
    if recovery.rotation is not None:
        for kind in RouterTaskKind:
            world.ledger.drop_task(recovery.link, recovery.rotation.task_id(kind))
    free_acting(recovery.link, recovery.execution, world)
    world.ledger.free_rotation(recovery.link, recovery.group, recovery.execution)


def _tell(recovery: Recovery, outcome: Outcome, record: dict[str, Any], link: Link, world: World) -> None:
    world.herald.event("MACsec Link Recovered", record)
    world.herald.alert(*recovery_letter(recovery, outcome, link, pauses_of(link.id, world)))
