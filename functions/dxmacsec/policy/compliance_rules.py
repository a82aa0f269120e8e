"""The findings of a look at a link: one function each, and the order of `RULES` is the specification."""

from __future__ import annotations

from collections.abc import Callable

from dxmacsec.compliance import Finding, Status
from dxmacsec.model import (
    AVAILABLE,
    CHAIN_SIZE,
    MUST_ENCRYPT,
    NO_ENCRYPT,
    SHOULD_ENCRYPT,
    LinkKind,
    ManagedSecret,
    Port,
    same_ckn,
)
from dxmacsec.policy.compliance_facts import LEAVING, Facts, ever_keyed, members_in_another_mode
from dxmacsec.policy.key_age import used_since
from dxmacsec.policy.mode import modes
from dxmacsec.policy.tags import choices

KNOWN_MODES = frozenset({MUST_ENCRYPT, SHOULD_ENCRYPT, NO_ENCRYPT})


def is_not_capable(facts: Facts) -> Finding:
    """MACsec is chosen when a port is made; where its location offers it for that speed, it could be made anew."""
    link, speeds = facts.link, facts.macsec_speeds
    if speeds is None:
        offer = f"nobody knows what its location {link.location or '(none)'} offers"
    else:
        offer = f"its location {link.location} offers MACsec for {', '.join(sorted(speeds)) or 'no speed'}"
    anew = _speed(link.bandwidth) in {_speed(each) for each in speeds or ()}
    wish = f" A port of {link.bandwidth} could be made anew with it." if anew else ""
    status = Status.WARNING if anew else Status.NOT_APPLICABLE
    return Finding("NotMacSecCapable", f"{link.id} was made without MACsec; {offer}.{wish}", status)


def _speed(text: str) -> str:
    return "".join(text.split()).lower()


def is_never_keyed(facts: Facts) -> Finding | None:
    """A link that was requested with MACsec and waits for its first key; a rotation under way brings it."""
    link = facts.link
    if facts.rotating or facts.held or ever_keyed(facts):
        return None
    if link.state != AVAILABLE:
        sentence = f"{link.id} was requested with MACsec and is {link.state}: it gets its first key when it is there."
        return Finding("NeverKeyed", sentence, Status.WARNING)
    sentence = f"{link.id} was requested with MACsec and never had a key."
    return Finding("NeverKeyed", sentence, Status.NON_COMPLIANT)


def has_no_key(facts: Facts) -> Finding | None:
    """Somebody took the last key; AWS itself leaves must_encrypt then.

    https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html
    """
    if facts.rotating or facts.held or not ever_keyed(facts):
        return None
    return _wrong("NoKey", f"{facts.link.id} had a key and has none any more.")


def is_dark(facts: Facts) -> Finding | None:
    """With keys every port must be encrypted, and under must_encrypt in any case; in no_encrypt the mode is wrong."""
    link = facts.link
    dark = [port for port in link.ports if not port.encrypted]
    expected = facts.held or (link.mode == MUST_ENCRYPT and not facts.unborn)
    if not expected or link.mode == NO_ENCRYPT or not dark:
        return None
    ports = ", ".join(
        port.connection_id if port.up else f"{port.connection_id} (the port itself is {port.state})" for port in dark
    )
    means = {
        MUST_ENCRYPT: "under must_encrypt no traffic passes there",
        SHOULD_ENCRYPT: "under should_encrypt traffic passes there in clear",
    }.get(link.mode or "", "whether traffic passes there in clear depends on a mode that nobody can read")
    return _wrong("EncryptionDown", f"Encryption of {link.id} is down on {ports}: {means}.")


def has_a_mode_that_cant_be_set(facts: Facts) -> Finding | None:
    """Direct Connect refused us the mode of this link (W31, docs/design.md)."""
    link = facts.link
    if facts.unborn or link.mode == MUST_ENCRYPT or not facts.mode_refused:
        return None
    return _wrong("ModeCantBeSet", f"Direct Connect does not let us set the mode of {link.id}.")


def has_an_unknown_mode(facts: Facts) -> Finding | None:
    """AWS's word is none of the three, or none at all (W11, docs/design.md)."""
    unknown = modes(facts.link) - KNOWN_MODES
    if facts.unborn or not unknown:
        return None
    shown = ", ".join(sorted(str(mode) for mode in unknown))
    return _wrong("ModeUnknown", f"The mode of {facts.link.id} reads {shown}, which nobody knows.")


def has_another_mode(facts: Facts) -> Finding | None:
    """The one thing that all this is for."""
    link = facts.link
    if facts.unborn or link.mode == MUST_ENCRYPT:
        return None
    paused = f" Enforcement is paused: {facts.enforcement_paused}" if facts.enforcement_paused else ""
    return _wrong("ModeNotEnforced", f"{link.id} is in {link.mode}, not in must_encrypt.{paused}")


def has_a_member_apart(facts: Facts) -> Finding | None:
    """Keys and mode belong to the LAG; a member mirrors them, or lists no keys at all (W21, docs/design.md)."""
    link = facts.link
    if link.kind is not LinkKind.LAG or facts.unborn:
        return None
    apart = [f"{port.connection_id} is in {port.mode}" for port in members_in_another_mode(link)]
    apart += [f"{port.connection_id} lists other keys" for port in link.ports if _lists_other_keys(port, facts)]
    if not apart:
        return None
    return _wrong(
        "MemberDiffers", f"Members of {link.id}, which is in {link.mode}, differ from it: {', '.join(apart)}."
    )


def _lists_other_keys(port: Port, facts: Facts) -> bool:
    """Compare a member's keys with the LAG's; one that comes or goes, or a rotation, may reach them apart."""
    listed = {ckn.lower() for ckn in port.ckns}
    allowed = {key.ckn.lower() for key in facts.link.keys}
    settled = {key.ckn.lower() for key in facts.link.keys if key.associated}
    return bool(listed) and not facts.rotating and not settled <= listed <= allowed


def has_a_managed_secret_deleted(facts: Facts) -> Finding | None:
    """Of a pending link AWS takes the key at once, of an available one after 30 days.

    https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html
    """
    words = {ManagedSecret.SCHEDULED: "is scheduled for deletion", ManagedSecret.GONE: "is gone"}
    said = [
        f"The secret that Direct Connect keeps for key {key.ckn[:8]}… of {facts.link.id} {word}: {key.secret_arn}."
        for key in facts.held
        if key.state != LEAVING and (word := words.get(facts.managed.get(key.secret_arn, ManagedSecret.PRESENT)))
    ]
    return _wrong("ManagedSecretDeleted", " ".join(said)) if said else None


def has_an_unknown_key(facts: Facts) -> Finding | None:
    """A key is ours when a version of the key secret names its CKN, whatever the case (W25, docs/design.md)."""
    if facts.rotating:
        return None
    ours = [version.ckn for version in facts.versions or () if version.ckn]
    foreign = [key.ckn[:8] for key in facts.held if not any(same_ckn(key.ckn, ckn) for ckn in ours)]
    if not foreign:
        return None
    shown = ", ".join(f"{each}…" for each in foreign)
    return _wrong("KeyUnknown", f"{facts.link.id} holds keys that are not from its key secret: {shown}.")


def has_an_old_key(facts: Facts) -> Finding | None:
    """A key whose age nobody knows is no finding of its own."""
    since = used_since(facts.link, facts.key_since)
    max_age = choices(facts.link.tags, facts.rules).max_age
    if facts.rotating or since is None or facts.now - since <= max_age:
        return None
    days = (facts.now - since).days
    return _wrong("KeyTooOld", f"{facts.link.id} has used its key for {days} days, of at most {max_age.days}.")


def has_a_full_chain(facts: Facts) -> Finding | None:
    """Without a free place the next rotation must make room first."""
    if facts.rotating or len(facts.held) < CHAIN_SIZE:
        return None
    sentence = f"The key chain of {facts.link.id} is full: it holds {len(facts.held)} keys of at most {CHAIN_SIZE}."
    return Finding("KeyChainFull", sentence, Status.WARNING)


def is_well(facts: Facts) -> Finding:
    """Nothing was found."""
    encrypted = " and encrypted on every port" if facts.link.encrypted else ""
    return Finding("Compliant", f"{facts.link.id} is in must_encrypt{encrypted}.", Status.COMPLIANT)


def _wrong(reason: str, sentence: str) -> Finding:
    return Finding(reason, sentence, Status.NON_COMPLIANT)


RULES: tuple[Callable[[Facts], Finding | None], ...] = (
    is_never_keyed,
    has_no_key,
    is_dark,
    has_a_mode_that_cant_be_set,
    has_an_unknown_mode,
    has_another_mode,
    has_a_member_apart,
    has_a_managed_secret_deleted,
    has_an_unknown_key,
    has_an_old_key,
    has_a_full_chain,
)
