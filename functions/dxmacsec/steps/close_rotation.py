"""CloseRotation: make the labels true, write the record, free the locks, tell the world."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dxmacsec.fleet import KeySince
from dxmacsec.interfaces import Pause, World
from dxmacsec.model import KeyVersion, Label, Link, Outcome, Rotation, RouterTaskKind
from dxmacsec.policy.end_words import rotation_letter, tells_of_rotation
from dxmacsec.policy.labels import holder, tidying
from dxmacsec.policy.lines import Line, line_now
from dxmacsec.policy.outcome import SUCCEEDED, labels_at_end, of_rotation, rotation_record, rotation_report
from dxmacsec.steps.locks import free_acting
from dxmacsec.steps.settling import movable_versions, move_labels
from dxmacsec.steps.telling import line_of, pauses_of


def close_rotation(rotation: Rotation, world: World) -> Rotation:
    """Return the document with its outcome; the machine ends with it.

    Every designed end comes here, so no lock, router task or `DxNew` outlives its rotation. A repeat that no
    longer holds the lock changes no label: the next rotation may be at work already. A dry run
    leaves nothing behind.
    """
    outcome = of_rotation(rotation)
    closed = replace(rotation, outcome=outcome, report=rotation_report(rotation, outcome))
    if rotation.request.dry_run:
        return closed.to("ended", outcome.reason, outcome.sentence)
    ended_at = world.clock.now()
    link = None
    if world.ledger.holds_rotation(rotation.link, rotation.execution):
        link = _settle(rotation, outcome, world)
    record = rotation_record(rotation, outcome, ended_at)
    world.ledger.record(rotation.link, rotation.id, rotation.started_at, record)
    for kind in RouterTaskKind:
        world.ledger.drop_task(rotation.link, rotation.task_id(kind))
    free_acting(rotation.link, rotation.execution, world)
    world.ledger.free_rotation(rotation.link, rotation.group, rotation.execution)
    line = line_now(link) if link else None
    _tell(rotation, outcome, record, line, world)
    return closed.to("ended", outcome.reason, outcome.sentence)


def _settle(rotation: Rotation, outcome: Outcome, world: World) -> Link | None:
    """Make the labels true and pause where that is due; returns the link where it had to be read for that."""
    link = None
    versions = movable_versions(rotation.link, world)
    if versions:
        move_labels(rotation.link, labels_at_end(rotation, versions), world)
        versions = movable_versions(rotation.link, world)
    note_age(rotation, holder(versions, Label.IN_USE), world)
    if outcome.status == SUCCEEDED:
        link = world.direct_connect.link(rotation.link)
        move_labels(rotation.link, tidying(versions, link), world)
    if outcome.pause:
        pause = Pause(outcome.reason, outcome.sentence, rotation.id, world.clock.now())
        world.ledger.set_pause(rotation.link, pause)
    return link


def note_age(rotation: Rotation, in_use: KeyVersion | None, world: World) -> None:
    """Write down since when the new key is used: from the rotation's start, which a repeat knows as well."""
    new = rotation.new_key
    if new is not None and in_use is not None and in_use.version_id == new.version_id:
        world.fleet_ledger.set_key_since(rotation.link, KeySince(new.ckn, rotation.started_at, rotation.id))


def _tell(rotation: Rotation, outcome: Outcome, record: dict[str, Any], line: Line | None, world: World) -> None:
    world.herald.event("MACsec Rotation Ended", record)
    if tells_of_rotation(rotation, outcome):
        line, pauses = line or line_of(rotation.link, world), pauses_of(rotation.link, world)
        world.herald.alert(*rotation_letter(rotation, outcome, line, pauses))
