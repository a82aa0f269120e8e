"""What a dead execution left to do: a function of its document, the last state it entered, and the link now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dxmacsec.model import (
    MUST_ENCRYPT,
    NO_ENCRYPT,
    Enforcement,
    KeyVersion,
    Link,
    OldKey,
    Past,
    Recovery,
    Rotation,
    Verdict,
)
from dxmacsec.policy.labels import LabelMove, failure, promotion, restoration
from dxmacsec.policy.mode import modes

CLOSE = Verdict("close")
SEEN_DARK = frozenset({"lost", "restoring", "dark"})
WATCHING_A_MODE = frozenset({"raise", "raised", "waiting", "lower"})
LONGEST_CHAIN = 2
"""RecoverLinks that may follow each other over one dead execution; then people look first."""

REASONS = {"ABORTED": "Aborted", "TIMED_OUT": "TimedOut"}


def reason_of(past: Past) -> str:
    """Return the machine reason of an end that ran no Catch, or whose own end failed."""
    return REASONS.get(past.status, "NotClosed")


def seconds_to_wait(ended_at: datetime, *, clearance: timedelta, now: datetime) -> int:
    """Return for how many whole seconds a late call of the dead execution may be on its way; 0 when none can be.

    Whole, because a Wait state takes no others.
    """
    left = (ended_at + clearance - now).total_seconds()
    return int(left) + 1 if left >= 0 else 0


def raised_a_mode(enforcement: Enforcement, last_state: str) -> bool:
    """Tell whether an enforcement died with a mode raised, or perhaps raised, and its watch not over."""
    if enforcement.outcome is not None:
        return False
    return enforcement.verdict.next in WATCHING_A_MODE and (enforcement.raised or last_state == "RaiseMode")


def removed_key(rotation: Rotation, link: Link) -> OldKey | None:
    """Return the key that the rotation sent away: named in its document, and not held by the link any more.

    A key that is still `associated` was not sent away, or stays. What MakeRoom took counts until a new key came.
    """
    made_room = rotation.removing if rotation.new_key is None else None
    old = rotation.retiring or made_room
    if old is None:
        return None
    listed = link.key_by_arn(old.secret_arn)
    return None if listed is not None and listed.associated else old


def next_road(recovery: Recovery, link: Link) -> Verdict:
    """`watch_mode`, `watch_removal`, `restore`, or `close` when nothing is left; each road is taken once."""
    enforcement, rotation = recovery.enforcement, recovery.rotation
    raised = enforcement is not None and raised_a_mode(enforcement, recovery.last_state)
    if raised and "watch_mode" not in recovery.done and MUST_ENCRYPT in modes(link):
        return Verdict("watch_mode", "ModeNotWatched", f"{link.id} was raised to {MUST_ENCRYPT} and not watched.")
    if rotation is None or "restore" in recovery.done:
        return CLOSE
    return _removal_road(recovery, rotation, link)


def _removal_road(recovery: Recovery, rotation: Rotation, link: Link) -> Verdict:
    """Decide about the removed key; dark after a watched removal and a raised mode, the mode is to blame."""
    enforcement = recovery.enforcement
    if enforcement is not None and enforcement.raised and rotation.retired:
        return CLOSE
    seen_dark = rotation.verdict.next in SEEN_DARK and rotation.retiring is not None
    old = removed_key(rotation, link)
    if old is None and not seen_dark:
        return CLOSE
    if seen_dark or any(port.state != "down" and not port.encrypted for port in link.ports):
        return why_not_back(recovery, rotation, link) or Verdict("restore", "EncryptionLost", f"{link.id} went dark.")
    if old is None or link.mode == NO_ENCRYPT or "watch_removal" in recovery.done:
        return CLOSE
    if old.ckn in rotation.retired or rotation.verdict.next == "stuck":
        return CLOSE
    return Verdict("watch_removal", "RemovalNotWatched", f"Key {old.ckn[:8]}… was removed and not watched.")


def why_not_back(recovery: Recovery, rotation: Rotation, link: Link) -> Verdict | None:
    """Say why a removed key is not asked back although the line is dark; None where it is."""
    if recovery.remove_sent:
        return replace(CLOSE, reason="RemoveSent", sentence="The routers were told to take the old key off.")
    if link.mode == NO_ENCRYPT:
        return replace(CLOSE, reason="NoEncrypt", sentence=f"{link.id} is in {NO_ENCRYPT}: no key brings it up.")
    if "compromis" in (rotation.request.reason or "").lower():
        return replace(CLOSE, reason="Compromised", sentence="The old key's reason is compromise: it stays off.")
    return None


def uses_new(rotation: Rotation, link: Link, last_state: str) -> bool:
    """Tell whether the line shows that the new key is the one in use.

    Its promotion was under way, a removal was watched to its end, or the router named it and no superseded key is
    left that a port could be on.
    """
    new, plan = rotation.new_key, rotation.plan
    if new is None or plan is None:
        return False
    if rotation.promoted or rotation.retired or last_state == "PromoteKey" or rotation.verdict.next == "stuck":
        return True
    listed = link.key(new.ckn)
    others = [key for key in link.keys if key.held and listed is not None and key.secret_arn != listed.secret_arn]
    return listed is not None and listed.associated and rotation.proven_by is not None and not others


def has_promoted(recovery: Recovery, link: Link) -> bool:
    """Tell whether the dead rotation's new key is promoted, by it or by us: no pair waits to be used again."""
    rotation = recovery.rotation
    if rotation is None or _went_back(recovery, rotation):
        return False
    return uses_new(rotation, link, recovery.last_state)


def _went_back(recovery: Recovery, rotation: Rotation) -> bool:
    return rotation.verdict.next in ("restored", "dark") or (recovery.failure or {}).get("state") == "RestoreKey"


def labels(recovery: Recovery, versions: tuple[KeyVersion, ...], link: Link) -> tuple[LabelMove, ...]:
    """List the moves that make the labels say what the link shows."""
    rotation = recovery.rotation
    if rotation is None:
        return ()
    if _went_back(recovery, rotation):
        return restoration(versions, rotation)
    if rotation.new_key and uses_new(rotation, link, recovery.last_state):
        return promotion(versions, rotation.new_key.version_id)
    return failure(versions, replace(rotation, failure={"state": recovery.last_state}))


def adopt(recovery: Recovery, past: Past) -> Recovery:
    """Return RecoverLink's document with everything that its dead forerunner had, and one more in the chain."""
    before = past.document
    if not isinstance(before, Recovery):
        return recovery
    return replace(
        before,
        id=recovery.id,
        execution=recovery.execution,
        started_at=recovery.started_at,
        verdict=recovery.verdict,
        owners=(*before.owners, past.arn),
        chain=before.chain + 1,
        done=(),
        failure=None,
    )
