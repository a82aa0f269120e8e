"""When may a link's encryption mode be raised, and when must it be lowered again?"""

from __future__ import annotations

from datetime import datetime, timedelta

from dxmacsec.model import AVAILABLE, MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT, Link, LinkKind, Verdict, Watch


def modes(link: Link) -> frozenset[str | None]:
    """Return every mode that the link and its members read."""
    return frozenset({link.mode, *(port.mode for port in link.ports if port.mode is not None)})


def enforced(link: Link) -> bool:
    """Tell whether the link is what an enforcement makes of it: in must_encrypt at every port, and encrypted."""
    return modes(link) == {MUST_ENCRYPT} and link.encrypted


def may_enforce(link: Link, *, paused: str | None, enforcement: str, exempt: str | None = None) -> Verdict:
    """`go`, `done` (nothing to do, audit only, or exempt), or why this link's mode is not ours to set.

    `exempt` is the sentence of an exemption that holds.
    """
    if link.kind is LinkKind.HOSTED:
        return Verdict("refused", "HostedConnection", f"{link.id} is a hosted connection: not ours to encrypt.")
    if not link.macsec_capable:
        return Verdict("refused", "NotMacSecCapable", f"{link.id} was made without MACsec.")
    if enforced(link):
        return Verdict("done", "AlreadyEnforced", f"{link.id} is in must_encrypt and encrypted.")
    return _wanted(link, enforcement, exempt) or (
        Verdict("refused", "EnforcementPaused", paused) if paused else Verdict("go")
    )


def _wanted(link: Link, enforcement: str, exempt: str | None) -> Verdict | None:
    """Return who wants the mode left as it is: the configuration, or an exemption."""
    if enforcement == "audit":
        return Verdict("done", "AuditOnly", f"{link.id} reads {link.mode}; the configuration says audit: not changed.")
    return Verdict("done", "Exempt", exempt) if exempt else None


def readiness(link: Link, *, watch: Watch, now: datetime, status_lag: timedelta, deadline: timedelta) -> Verdict:
    """`raise` when must_encrypt is safe, `soften` out of no_encrypt, `done`, `waiting` or `deadline`.

    Safe is: a key is associated and every port has read Up for longer than its status may lag
    (W13), for `must_encrypt` without encryption drops every frame.
    """
    held = modes(link)
    has_key = any(key.associated for key in link.keys)
    settled = link.state == AVAILABLE and all(port.up for port in link.ports)
    if enforced(link):
        return Verdict("done", "AlreadyEnforced", f"{link.id} is in must_encrypt and encrypted.")
    if NO_ENCRYPT in held and has_key and settled:
        return Verdict("soften", "NoEncrypt", f"{link.id} is in no_encrypt: should_encrypt lets encryption come up.")
    up_long_enough = watch.up_for(now) > status_lag
    known = held <= {MUST_ENCRYPT, SHOULD_ENCRYPT}
    if known and has_key and settled and link.encrypted and up_long_enough:
        return Verdict("raise", "SafeToRaise", f"Every port of {link.id} has been up for {watch.up_for(now)}.")
    if now - watch.started_at < deadline:
        return Verdict("waiting")
    shown = ", ".join(sorted(str(mode) for mode in held))
    why = "no key is associated" if not has_key else "encryption is not up on every port"
    return Verdict("deadline", "EncryptionNotUp", f"{link.id} stays in {shown}: {why}.")


def safe_now(link: Link, *, mode: str) -> bool:
    """Tell whether this very look allows a mode to be set; the long watch came before."""
    has_key = any(key.associated for key in link.keys)
    settled = link.state == AVAILABLE and all(port.up for port in link.ports)
    if mode == SHOULD_ENCRYPT:
        return has_key and settled and NO_ENCRYPT in modes(link)
    return has_key and settled and link.encrypted


def after_raising(
    link: Link, *, watch: Watch, now: datetime, status_lag: timedelta, deadline: timedelta, on_loss: str
) -> Verdict:
    """`held` after a watch longer than the status may lag; on a loss `lower`, or `dark` where the owner holds.

    A port that is itself down says nothing about the mode: it is no reason to lower.
    """
    dark = [port for port in link.ports if not port.encrypted]
    if any(port.state != "down" for port in dark):
        ports = ", ".join(port.connection_id for port in dark)
        lost = f"Encryption dropped on {ports} after must_encrypt was set"
        if on_loss == "hold":
            return Verdict("dark", "HeldDark", f"{lost}; the configuration says hold: the line stays closed.")
        return Verdict("lower", "EncryptionLost", f"{lost}.")
    if not dark and modes(link) == {MUST_ENCRYPT} and watch.up_for(now) > status_lag:
        return Verdict("held", "Enforced", f"{link.id} is in must_encrypt and stayed encrypted.")
    if now - watch.started_at < deadline:
        return Verdict("waiting")
    shown = ", ".join(sorted(str(mode) for mode in modes(link)))
    return Verdict("unsettled", "ModeNotSettled", f"{link.id} reads {shown} and was not up throughout at the deadline.")
