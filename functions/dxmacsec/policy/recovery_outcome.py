"""What RecoverLink found, did and says of it: the outcome, the records, and the words for people."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from dxmacsec.model import MUST_ENCRYPT, Enforcement, Link, Outcome, Recovery, Rotation
from dxmacsec.policy.outcome import FAILED, PAUSING, enforcement_record, of_enforcement, of_failure, rotation_record
from dxmacsec.policy.recovery import why_not_back

HOW = {
    "Aborted": "was stopped",
    "TimedOut": "ran out of time",
    "NotClosed": "ended without closing",
}


def of_recovery(recovery: Recovery, link: Link) -> Outcome:
    """Say how the dead execution's work ended: FAILED for its own reason, or for a line that stayed dark."""
    rotation, enforcement = recovery.rotation, recovery.enforcement
    if recovery.failure is not None:
        caught = of_failure(recovery.failure)
        return replace(caught, status=FAILED, sentence=f"{_what_happened(recovery)} {caught.sentence} {_line(link)}")
    told = [_what_happened(recovery)]
    reason, pause = recovery.reason, False
    if rotation is not None and rotation.verdict.next in ("restored", "dark"):
        told.append(rotation.verdict.sentence)
        pause = rotation.verdict.reason in PAUSING
        if rotation.verdict.next == "dark":
            reason = rotation.verdict.reason
    elif rotation is not None and not link.encrypted and rotation.retiring is not None:
        hindered = why_not_back(recovery, rotation, link)
        told.append(hindered.sentence if hindered else "")
    if enforcement is not None and "watch_mode" in recovery.done:
        told.append(enforcement.verdict.sentence)
    told.append(_line(link))
    return Outcome(FAILED, reason, " ".join(part for part in told if part), pause)


def pause_of(recovery: Recovery, outcome: Outcome) -> tuple[str, str] | None:
    """Return the reason and the sentence of the pause that the end asks for: a key that came back has its own."""
    if not outcome.pause:
        return None
    back = recovery.rotation is not None and recovery.failure is None and recovery.rotation.verdict.next == "restored"
    return ("Restored" if back else outcome.reason), outcome.sentence


def of_dead_enforcement(recovery: Recovery, enforcement: Enforcement, link: Link) -> Outcome:
    """Say how a dead enforcement's work ended; a watch that was finished outranks the stop where it ended badly."""
    if "watch_mode" not in recovery.done:
        return Outcome(FAILED, recovery.reason, f"{_what_happened(recovery)} {_line(link)}")
    watched = of_enforcement(enforcement)
    reason = recovery.reason if watched.status != FAILED else watched.reason
    return replace(watched, status=FAILED, reason=reason)


def recovered_rotation(recovery: Recovery, rotation: Rotation, outcome: Outcome, ended_at: datetime) -> dict[str, Any]:
    """Complete the record of the dead rotation, under its own execution."""
    record = rotation_record(replace(rotation, execution=recovery.dead), outcome, ended_at)
    return {**record, **_by(recovery)}


def recovered_enforcement(
    recovery: Recovery, enforcement: Enforcement, outcome: Outcome, ended_at: datetime
) -> dict[str, Any]:
    """Complete the record of the dead enforcement, under its own execution."""
    own = recovery.nested or recovery.dead
    record = enforcement_record(replace(enforcement, execution=own, owner=recovery.dead), outcome, ended_at)
    return {**record, **_by(recovery)}


def _by(recovery: Recovery) -> dict[str, Any]:
    checks = [{**asdict(check), "at": check.at.isoformat()} for check in recovery.checks]
    return {
        "recovered_by": recovery.execution,
        "stopped_at": recovery.last_state,
        "roads": list(recovery.done),
        "recovery": checks,
    }


def report_of(recovery: Recovery, outcome: Outcome, link: Link) -> dict[str, Any]:
    """Return what RecoverLink shows as its output."""
    return {
        "link": recovery.link,
        "recovered": recovery.dead,
        "stopped_at": recovery.last_state,
        "roads": list(recovery.done),
        "reason": outcome.reason,
        "sentence": outcome.sentence,
        "encrypted": link.encrypted,
        "mode": link.mode,
    }


def _what_happened(recovery: Recovery) -> str:
    name = (recovery.nested if recovery.alone and recovery.nested else recovery.dead).rsplit(":", 1)[-1]
    how = HOW.get(recovery.reason, "ended")
    where = f" at {recovery.last_state}" if recovery.last_state else " before its first step had an answer"
    return f"{name} {how}{where}."


def _line(link: Link) -> str:
    if link.encrypted:
        return f"Every port of {link.id} is up and encrypted."
    dark = ", ".join(port.connection_id for port in link.ports if not port.encrypted)
    if link.mode == MUST_ENCRYPT:
        return f"Encryption is not up on {dark}: in {MUST_ENCRYPT} no traffic passes there."
    return f"Encryption is not up on {dark}: in {link.mode} traffic passes in clear text there."
