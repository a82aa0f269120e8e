"""What a look at the link says while the rotation waits: go on, wait, or stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dxmacsec.model import AVAILABLE, Link, ManagedSecret, NewKey, OldKey, Verdict, Watch


def association(
    link: Link, key: NewKey, *, dark_at_plan: tuple[str, ...], watch: Watch, now: datetime, deadline: timedelta
) -> Verdict:
    """`associated` once the key is stored and every port is up that was up before; else `waiting`.

    A port that was down at planning may need the router to switch first: it is left to the proof.
    """
    listed = link.key(key.ckn)
    stored = listed is not None and listed.associated
    lit = all(port.encrypted or port.connection_id in dark_at_plan for port in link.ports)
    if stored and lit and link.state == AVAILABLE and all(port.up for port in link.ports):
        return Verdict("associated", "KeyAssociated", f"Key {key.ckn[:8]}… is associated.")
    if now - watch.started_at < deadline:
        return Verdict("waiting")
    seen = listed.state if listed else "not listed"
    up = "up" if link.encrypted else "not up on every port"
    return Verdict(
        "deadline",
        "AssociationTimedOut",
        f"Key {key.ckn[:8]}… is {seen}, {link.id} is {link.state} and its encryption {up} at the deadline.",
    )


def may_withdraw(link: Link, key: NewKey, *, watch: Watch | None, now: datetime, status_lag: timedelta) -> bool:
    """Tell whether a key that never reached `associated` may leave again.

    Only while another key is associated and every port has read Up for longer than the status may
    lag: the line surely does not depend on it.
    """
    listed = link.key(key.ckn)
    if listed is None or listed.state != "associating" or key.was_on_link or watch is None:
        return False
    other = any(other.associated for other in link.keys if other.secret_arn != listed.secret_arn)
    return other and link.encrypted and watch.up_for(now) > status_lag


def without_gaps(watch: Watch, *, now: datetime, look_seconds: float, longest_gap: timedelta) -> Watch:
    """Return a bake's watch, later by the time in which nobody looked though it was time to.

    Looks that were throttled, or a function that failed, would else count as encryption that held.
    """
    late = watch.unseen_for(now) - timedelta(seconds=look_seconds)
    return replace(watch, started_at=watch.started_at + late) if late > longest_gap else watch


def bake(link: Link, watch: Watch, *, now: datetime, length: timedelta, look_seconds: float) -> Verdict:
    """`baked` after the whole time without a drop, `dropped` at the first one, else `waiting`."""
    if not link.encrypted:
        return Verdict("dropped", "EncryptionDropped", f"Encryption of {link.id} dropped during the bake.")
    left = length - (now - watch.started_at)
    if left <= timedelta(0):
        return Verdict("baked", "Baked", f"Encryption stayed up for {length.total_seconds():.0f} seconds.")
    return Verdict("waiting", wait_seconds=max(1, round(min(left.total_seconds(), look_seconds))))


def may_retire(link: Link, new: NewKey, old: OldKey, *, managed: ManagedSecret, accept_no_way_back: bool) -> Verdict:
    """`retire` when this one look allows the removal; else why nothing is removed.

    The last key is never removed, nor one whose removal could not be undone, nor any while the
    confirmed key is not associated or a port is not up (W16, W17: what a removal does is unknown).
    """
    listed = link.key(new.ckn)
    if listed is None or not listed.associated or listed.secret_arn == old.secret_arn:
        return Verdict("refused", "NewKeyNotAssociated", f"Key {new.ckn[:8]}… is not associated any more.")
    if link.state != AVAILABLE or not link.encrypted:
        return Verdict("refused", "LinkNotEncrypted", f"Not every port of {link.id} is available and Encryption Up.")
    if old.adopted and managed is not ManagedSecret.PRESENT and not accept_no_way_back:
        return Verdict("refused", "NoWayBack", f"The managed secret of key {old.ckn[:8]}… is {managed}.")
    return Verdict("retire")


def retirement(
    link: Link, old: OldKey, *, watch: Watch, now: datetime, status_lag: timedelta, deadline: timedelta
) -> Verdict:
    """`retired` when the key is gone and encryption stayed up for longer than the status may lag.

    `lost` when encryption is down: the old key is asked back. A port that is itself down says
    nothing about keys and is waited for. `stuck` at the deadline while the line is up.
    """
    dark = [port for port in link.ports if not port.encrypted]
    if any(port.state != "down" for port in dark):
        ports = ", ".join(port.connection_id for port in dark)
        return Verdict("lost", "EncryptionLost", f"Encryption is down on {ports} after key {old.ckn[:8]}… was removed.")
    listed = link.key_by_arn(old.secret_arn)
    gone = listed is None
    if gone and link.state == AVAILABLE and not dark and watch.up_for(now) > status_lag:
        return Verdict("retired", "KeyRetired", f"Key {old.ckn[:8]}… is off {link.id}; encryption stayed up.")
    if now - watch.started_at < deadline:
        return Verdict("waiting")
    seen = listed.state if listed else "gone"
    return Verdict(
        "stuck", "RetirementTimedOut", f"Key {old.ckn[:8]}… is {seen} and {link.id} {link.state} at the deadline."
    )


def restoration(link: Link, old: OldKey, *, watch: Watch, now: datetime, deadline: timedelta) -> Verdict:
    """`restored` when the old key is associated and every port up; `ask` while it is not listed."""
    listed = link.key(old.ckn)
    if listed is not None and listed.associated and link.encrypted:
        return Verdict("restored", "Restored", f"Key {old.ckn[:8]}… is back on {link.id}; encryption is up.")
    if now - watch.started_at >= deadline:
        seen = listed.state if listed else "not listed"
        return Verdict("dark", "LinkDark", f"{link.id} is dark: key {old.ckn[:8]}… is {seen}, encryption is down.")
    if listed is None or listed.state == "disassociating":
        return Verdict("ask")
    return Verdict("waiting")
