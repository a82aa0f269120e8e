"""How an execution ended, in a machine reason and a sentence, and what its record says."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from dxmacsec import errors
from dxmacsec.model import Enforcement, KeyVersion, Outcome, Rotation, RouterMode, without_keys
from dxmacsec.policy.labels import LabelMove, failure, promotion, restoration

SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"
REFUSED = "REFUSED"
PLANNED = "PLANNED"

ROUTER_STATES = frozenset({"AskWhatIsInUse", "InstallOnRouter", "ProveOnRouter", "ConfirmOnRouter"})
TIMEOUTS = frozenset({"States.Timeout", "States.HeartbeatTimeout"})
PAUSING = frozenset({"LinkDark", "HeldDark", "Restored"})
"""What would end the same way each time, and cut the line each time: nobody tries it again before a person looked."""

MODE_REFUSED = "NotFromHere"
MAX_SENTENCE = 1000


def of_rotation(rotation: Rotation) -> Outcome:
    """Say how a rotation ended; a failure that the machine caught outranks the last verdict."""
    verdict = rotation.verdict
    if verdict.next in ("restored", "dark"):
        return Outcome(FAILED, verdict.reason, verdict.sentence, pause=verdict.reason in PAUSING)
    if rotation.failure is not None:
        return of_failure(rotation.failure)
    if verdict.next == "planned":
        return Outcome(PLANNED, "Planned", "This is the plan; nothing was changed.")
    if verdict.next == "succeed":
        onboarded = rotation.plan is not None and rotation.plan.onboarding
        word = "Onboarded" if onboarded else "Rotated"
        return Outcome(SUCCEEDED, word, f"{rotation.link} uses its new key on every port.")
    if verdict.next == "refused" and not _changed(rotation):
        return Outcome(REFUSED, verdict.reason, verdict.sentence)
    return Outcome(FAILED, verdict.reason, verdict.sentence)


def _changed(rotation: Rotation) -> bool:
    """Tell whether anything was changed: then what ends it is no refusal any more."""
    softened = any(check.what == "mode" for check in rotation.checks)
    return rotation.new_key is not None or rotation.removing is not None or softened


def of_enforcement(enforcement: Enforcement) -> Outcome:
    """Say how an enforcement ended; what would end the same way each time pauses enforcement.

    Such are a line that stays dark, and a mode that can't be set (W31, docs/design.md): who clears the pause
    has it tried again.
    """
    verdict = enforcement.verdict
    if enforcement.failure is not None:
        outcome = of_failure(enforcement.failure)
        return replace(outcome, pause=outcome.pause or outcome.reason == MODE_REFUSED)
    if verdict.next in ("done", "held"):
        return Outcome(SUCCEEDED, verdict.reason, verdict.sentence)
    if verdict.next == "refused":
        return Outcome(REFUSED, verdict.reason, verdict.sentence)
    return Outcome(FAILED, verdict.reason, verdict.sentence, pause=verdict.reason in PAUSING)


def of_failure(caught: dict[str, Any]) -> Outcome:
    """Say what an error caught by the machine means; one of the NeedsOperator family pauses the link."""
    state, error = str(caught.get("state", "")), _shown(str(caught.get("Error", "Unknown")))
    sentence = message_of(str(caught.get("Cause", "")))
    if state in ROUTER_STATES and error in TIMEOUTS:
        return Outcome(FAILED, "RouterTimedOut", f"The router did not answer {state} before its deadline.")
    if state in ROUTER_STATES and error == "RouterFailed":
        return Outcome(FAILED, "RouterFailed", f"The router answered {state} with a failure: {sentence}")
    if state == "RestoreKey":
        return Outcome(FAILED, "LinkDark", f"The old key could not be asked back: {error}: {sentence}", pause=True)
    if state == "EnforceEncryption":
        return Outcome(FAILED, "EnforcementFailed", f"The key was rotated, but its mode was not enforced: {sentence}")
    known = getattr(errors, error, None)
    if not (isinstance(known, type) and issubclass(known, errors.DxMacsecError)):
        return Outcome(FAILED, "StepFailed", f"{state}: {error}: {sentence}")
    return Outcome(FAILED, error, f"{state}: {sentence}", pause=issubclass(known, errors.NeedsOperator))


def message_of(cause: str) -> str:
    """Take the sentence out of an error's cause: a function's is JSON with `errorMessage`.

    A person or a router may have written it: what may be a CAK is masked, before it comes into a letter, the record
    or an event.
    """
    try:
        parsed = json.loads(cause)
    except ValueError:
        return _shown(cause)
    if not isinstance(parsed, dict):
        return _shown(cause)
    return _shown(str(parsed.get("errorMessage") or parsed.get("Cause") or parsed.get("Error") or cause))


def _shown(text: str) -> str:
    return without_keys(" ".join(text.split()), MAX_SENTENCE)


def labels_at_end(rotation: Rotation, versions: tuple[KeyVersion, ...]) -> tuple[LabelMove, ...]:
    """List the label moves that make the labels true, whatever way the rotation ended."""
    if rotation.new_key is None:
        return failure(versions, rotation)
    if _went_back(rotation):
        return restoration(versions, rotation)
    if uses_new_key(rotation):
        return promotion(versions, rotation.new_key.version_id)
    return failure(versions, rotation)


def uses_new_key(rotation: Rotation) -> bool:
    """Tell whether the rotation ended with its new key in use, or on the way to be called so."""
    if rotation.new_key is None or _went_back(rotation):
        return False
    promoting = (rotation.failure or {}).get("state") == "PromoteKey"
    return promoting or rotation.promoted or bool(rotation.retired) or rotation.verdict.next == "succeed"


def _went_back(rotation: Rotation) -> bool:
    return rotation.verdict.next in ("restored", "dark") or (rotation.failure or {}).get("state") == "RestoreKey"


def not_checked(rotation: Rotation) -> list[str]:
    """List what nobody proved, for the record to say so."""
    missing = ["Direct Connect does not say which CKN a port uses; the router's word is the proof."]
    if rotation.router_mode is RouterMode.NONE:
        missing.append("No router was asked: the owner declared that routers fetch their keys by themselves.")
    if rotation.request.urgent:
        missing.append("The bake was skipped: the rotation was urgent.")
    if rotation.remove_note:
        missing.append(f"Removal of the superseded keys from the router: {rotation.remove_note}")
    return missing


def rotation_record(rotation: Rotation, outcome: Outcome, ended_at: datetime) -> dict[str, Any]:
    """Write down who, when, which CKNs, what was checked and what was not."""
    plan, new = rotation.plan, rotation.new_key
    return _plain(
        {
            "schema": rotation.schema,
            "rotation": rotation.id,
            "execution": rotation.execution,
            "link": rotation.link,
            "kind": rotation.link_kind,
            "member_given": rotation.member_given,
            "status": outcome.status,
            "reason": outcome.reason,
            "sentence": outcome.sentence,
            "asked": asdict(rotation.request),
            "started_at": rotation.started_at,
            "ended_at": ended_at,
            "new_ckn": new.ckn if new else None,
            "new_version_id": new.version_id if new else None,
            "pair_used_again": bool(new and new.reused),
            "old_ckns": [old.ckn for old in plan.supersedes] if plan else [],
            "retired_ckns": list(rotation.retired),
            "made_room_of": rotation.removing.ckn if rotation.removing else None,
            "mode_before": plan.mode if plan else None,
            "mode_enforced": rotation.enforced_mode,
            "router_mode": rotation.router_mode,
            "proven_by": rotation.proven_by,
            "checks": [asdict(check) for check in rotation.checks],
            "not_checked": not_checked(rotation),
        }
    )


def rotation_report(rotation: Rotation, outcome: Outcome) -> dict[str, Any]:
    """Return what an execution that ended well shows as its output; a dry run shows its plan."""
    plan, new = rotation.plan, rotation.new_key
    shown = {
        "link": rotation.link,
        "kind": rotation.link_kind,
        "member_given": rotation.member_given,
        "rotation": rotation.id,
        "status": outcome.status,
        "reason": outcome.reason,
        "sentence": outcome.sentence,
        "old_ckns": [old.ckn for old in plan.supersedes] if plan else [],
    }
    if rotation.request.dry_run:
        checks = [{"what": check.what, "seen": check.seen} for check in rotation.checks]
        return _plain({**shown, "plan": asdict(plan) if plan else {}, "checks": checks})
    done = {
        "new_ckn": new.ckn if new else None,
        "version_id": new.version_id if new else None,
        "proven_by": rotation.proven_by,
        "mode": rotation.enforced_mode,
        "remove_note": rotation.remove_note,
    }
    return _plain({**shown, **done})


def enforcement_report(enforcement: Enforcement, outcome: Outcome, mode: str | None) -> dict[str, Any]:
    """Return what an enforcement that ended well shows as its output."""
    return {
        "link": enforcement.link,
        "kind": str(enforcement.link_kind),
        "status": outcome.status,
        "reason": outcome.reason,
        "sentence": outcome.sentence,
        "mode": mode,
        "raised": enforcement.raised,
    }


def enforcement_record(enforcement: Enforcement, outcome: Outcome, ended_at: datetime) -> dict[str, Any]:
    """Write down what an enforcement saw and did."""
    return _plain(
        {
            "schema": enforcement.schema,
            "enforcement": enforcement.id,
            "execution": enforcement.execution,
            "owner": enforcement.owner,
            "link": enforcement.link,
            "kind": enforcement.link_kind,
            "status": outcome.status,
            "reason": outcome.reason,
            "sentence": outcome.sentence,
            "asked_reason": enforcement.reason,
            "started_at": enforcement.started_at,
            "ended_at": ended_at,
            "mode_before": enforcement.mode_before,
            "raised": enforcement.raised,
            "lowered": enforcement.lowered,
            "checks": [asdict(check) for check in enforcement.checks],
        }
    )


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Turn times into text, so that the record is JSON."""
    plain: dict[str, Any] = json.loads(json.dumps(record, default=lambda value: value.isoformat()))
    return plain
