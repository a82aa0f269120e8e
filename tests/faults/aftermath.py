"""What must be true after any trouble: promises kept, nothing left, the truth told, the next rotation done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dxmacsec.model import MUST_ENCRYPT, Label
from dxmacsec.steps.locks import DEAD_LOCK_CLEARANCE, RECOVERY_FIRST
from dxmacsec.steps.sweep_links import sweep_links
from tests.faults.trip import Trip
from tests.walk.execution import Execution
from tests.worlds.outside import a_pair

RUNBOOK = (Path(__file__).parents[2] / "docs/runbook.md").read_text(encoding="utf-8")
HEADINGS = frozenset(re.findall(r"^#{2,3} (\w+)$", RUNBOOK, flags=re.MULTILINE))
DEAD = ("FAILED", "ABORTED", "TIMED_OUT")
STRANGER = "arn:aws:states:us-east-1:123456789012:execution:RotateKey:stranger"
"""Who holds a lock that somebody wrote into the ledger by hand."""
STRANGERS_PAIR = a_pair("a stranger's key")
"""A pair that somebody associates by hand."""


@dataclass(frozen=True)
class Mend:
    """What people do before the next rotation, in words, and as it is done."""

    what: str
    do: Callable[[Trip], None]


@dataclass(frozen=True, order=True)
class Ended:
    """How a case ended: its status and reason, who finished it, and what the next rotation waited for."""

    status: str
    reason: str = ""
    finished_by: str = ""
    dark: bool = False
    cleared: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say it in a cell of the page."""
        how = f"{self.status} {self.reason}".strip()
        finished = f", finished by {self.finished_by}" if self.finished_by else ""
        return f"{how}{finished}{', the line stays dark and people are told so' if self.dark else ''}"

    @property
    def next_words(self) -> str:
        """Say when the next rotation goes through."""
        return f"after {' and '.join(self.cleared)}" if self.cleared else "at once"


def settle(trip: Trip) -> str:
    """Do what the product does by itself after an end; return who finished what was left, if anything was.

    An event comes once: what died before the road began has had its own.
    """
    recovered = [_recovered(trip, dead) for dead in trip.walker.executions[trip.before :] if _has_a_rule(dead)]
    if trip.watchful is not None:
        _follow(trip)
    if not _locks(trip):
        return "RecoverLink" if any(recovered) else ""
    trip.walk.scene.clock.sleep((DEAD_LOCK_CLEARANCE + RECOVERY_FIRST).total_seconds() + 1)
    sweep_links(trip.walk.scene.world)
    for name, arn in list(trip.walk.scene.remedies.recoveries.items()):
        trip.walker.walk(trip.walker.start("recover_link", {"execution": arn}, name))
    return "the sweep"


def _has_a_rule(dead: Execution) -> bool:
    """Tell whether the end's event starts RecoverLink; of its own ends only those that somebody else made."""
    return dead.status in (DEAD[1:] if dead.machine == "recover_link" else DEAD)


def _recovered(trip: Trip, dead: Execution) -> bool:
    execution = trip.walker.recover(dead)
    return execution.status == "SUCCEEDED" and "recovered" in (execution.output or {})


def _follow(trip: Trip) -> None:
    """Let the hour's sweep and the events after it do their work."""
    watchful = trip.watchful
    assert watchful is not None
    watchful.settle()
    trip.walk.scene.clock.sleep(3600)
    watchful.sweep()
    watchful.settle()
    for execution in watchful.begin():
        trip.walker.walk(execution)
    watchful.settle()


def broken(trip: Trip, *, costs: bool) -> list[str]:
    """Return every promise that was broken; `costs` where the trouble itself takes the line's encryption."""
    secrets = trip.walk.scene.key_secrets
    deleted, secrets.deleted = secrets.deleted, set()
    seen = trip.walk.witness.complaints()
    # What is left is looked at here, without what a stranger wrote by hand, and after a stop as well.
    found = [each for each in seen if "is left" not in each and not (costs and "seconds were not" in each)]
    found += [*trip.complaints, *_left(trip), *_lies(trip), *_unnamed(trip), *_drift(trip)]
    secrets.deleted = deleted
    return list(dict.fromkeys(found))


def _locks(trip: Trip) -> bool:
    return any(_kept(trip).values())


def _kept(trip: Trip) -> dict[str, list[str]]:
    """Return the locks that are held, without those of a stranger that somebody wrote by hand."""
    ledger = trip.walk.scene.ledger
    kinds = {"rotation lock": ledger.rotation_locks, "acting lock": ledger.acting_locks}
    return {kind: [row for row, owner in rows.items() if owner.execution != STRANGER] for kind, rows in kinds.items()}


def _left(trip: Trip) -> Iterator[str]:
    scene, link_id = trip.walk.scene, trip.walk.link_id
    kept = {**_kept(trip), "router task": [str(row) for row in scene.ledger.tasks]}
    yield from (f"a {kind} is left: {rows}" for kind, rows in kept.items() if rows)
    link = scene.link(link_id)
    if not link.encrypted and trip.walk.witness.began_encrypted and not _is_said_to_be_dark(trip):
        yield "the line is not encrypted, and nobody is told"
    for label in (Label.NEW, Label.PENDING):
        if scene.key_secrets.holder(link_id, label):
            yield f"{label} outlived its rotation"
    # On a dark line nobody knows which pair is in use.
    in_use = scene.key_secrets.holder(link_id, Label.IN_USE) if link.encrypted else None
    for version in scene.key_secrets.versions(link_id) or ():
        if version.version_id == in_use and link.key(version.ckn or "") is None:
            yield "the pair that is labelled in use is not on the link"


def _is_said_to_be_dark(trip: Trip) -> bool:
    """Tell whether people hear of a line that its router took down: from the end itself, or from the next sweep."""
    if not trip.dark:
        return False
    scene, link_id = trip.walk.scene, trip.walk.link_id
    if link_id in scene.ledger.pauses and any(subject.startswith("DARK LINE") for subject, _ in scene.herald.alerts):
        return True
    sweep_links(scene.world)
    return any("EncryptionDown" in subject for subject, _ in scene.herald.alerts)


def _lies(trip: Trip) -> Iterator[str]:
    """An execution that ended green, or says that it brought the line back, must have done what it says."""
    link = trip.walk.scene.link(trip.walk.link_id)
    main = trip.main
    if main is not None and main.error == "Restored" and not link.encrypted:
        yield "Restored, and the line is dark"
    if main is None or main.status != "SUCCEEDED" or main.machine == "recover_link":
        return
    if (link.mode, link.encrypted) != (MUST_ENCRYPT, True):
        yield f"SUCCEEDED, and the link is in {link.mode}, encrypted: {link.encrypted}"
    if main.machine == "rotate_key":
        held = [key.ckn for key in link.keys if key.held and key.ckn != STRANGERS_PAIR.ckn]
        ours = [pair.ckn for pair in trip.walk.scene.key_maker.made]
        if len(held) != 1 or held[0] not in ours:
            yield f"SUCCEEDED, and the link holds {held}"


def _unnamed(trip: Trip) -> Iterator[str]:
    """What failed has a reason with a heading; what had begun has a record that says so too."""
    records = {record["execution"]: record for record in trip.walk.scene.ledger.records.values()}
    for execution in trip.walker.executions:
        if execution.status not in DEAD or execution.machine == "recover_link":
            continue
        record = records.get(execution.arn)
        reason = record["reason"] if record and record["status"] != "SUCCEEDED" else ""
        begun = "PlanRotation" in execution.visited or "AwaitEncryption" in execution.visited
        # Of a nested enforcement that was stopped, its rotation's record says how it ended.
        if record is None and begun and not _is_nested(trip, execution):
            yield f"{execution.name} ended {execution.status} without a record"
        closed = execution.error == "NotClosed" or any(state.startswith("Close") for state in execution.visited)
        if record and record["status"] == "SUCCEEDED" and not closed:
            yield f"{execution.name} ended {execution.status} {execution.error}, its record says SUCCEEDED"
        yield from (
            f"{word} has no heading in the runbook"
            for word in {reason, execution.error or ""} - {""}
            if word not in HEADINGS
        )


def _is_nested(trip: Trip, execution: Execution) -> bool:
    return any(each.nested == execution.arn and each.status == "FAILED" for each in trip.walker.executions)


def _drift(trip: Trip) -> Iterator[str]:
    if trip.watchful is None:
        return
    link_id = trip.walk.link_id
    mode = trip.walk.scene.link(link_id).mode
    if mode != MUST_ENCRYPT:
        yield f"the drift was not mended: {mode}"
    standing = trip.walk.scene.compliance.rows.get(link_id)
    # A rotation that failed leaves an adopted key, of which compliance goes on to tell.
    good = (("Compliant",),) if trip.main is None else (("Compliant",), ("KeyUnknown",))
    if standing is None or standing.reasons not in good or not standing.told:
        yield f"its standing is {standing}"
    if len(trip.walk.scene.remedies.enforcements) > 1:
        yield f"{len(trip.walk.scene.remedies.enforcements)} enforcements were started for one drift"
