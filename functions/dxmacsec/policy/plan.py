"""May this link's key be rotated now? The order of the rules is the specification."""

from __future__ import annotations

from collections.abc import Callable

from dxmacsec.model import (
    AVAILABLE,
    HEX_64,
    Label,
    LinkKind,
    ManagedSecret,
    RouterMode,
    Verdict,
    same_ckn,
    without_keys,
)
from dxmacsec.policy.labels import failed_version
from dxmacsec.policy.situation import Situation, needs_room

WAITING_STATES = frozenset({"pending"})


def decide(situation: Situation) -> Verdict:
    """Return the first reason to refuse or wait, else `room` or `go`."""
    verdicts = (rule(situation) for rule in RULES)
    return next((verdict for verdict in verdicts if verdict), Verdict("go"))


def _refused(reason: str, sentence: str) -> Verdict:
    return Verdict("refused", reason, sentence)


def no_hosted_connection(s: Situation) -> Verdict | None:
    """A hosted connection holds no key: MACsec ends at its host's port."""
    if s.link.kind is not LinkKind.HOSTED:
        return None
    return _refused("HostedConnection", f"{s.link.id} is a hosted connection; its host's port holds the keys.")


def link_is_capable(s: Situation) -> Verdict | None:
    """MACsec is chosen when a link is made, never later."""
    if s.link.macsec_capable:
        return None
    return _refused(
        "NotMacSecCapable",
        f"{s.link.id} was made without MACsec; Direct Connect offers it only on a new connection.",
    )


def link_is_not_paused(s: Situation) -> Verdict | None:
    """Automation stays away until the person who looks into it clears the pause."""
    return _refused("LinkPaused", s.pause) if s.pause else None


def a_window_is_open(s: Situation) -> Verdict | None:
    """Outside the deployer's windows only an urgent rotation starts."""
    if s.closed is None:
        return None
    return _refused("OutsideWindow", f'{s.closed} Give "urgent": true to rotate {s.link.id} now.')


def no_maintenance_is_near(s: Situation) -> Verdict | None:
    """What AWS maintains on the link or its partner may take a line: then the other one is needed."""
    if s.maintenance is None:
        return None
    return _refused("MaintenancePlanned", f"{s.link.id} is not rotated now: {s.maintenance}")


def link_is_available(s: Situation) -> Verdict | None:
    """`pending` passes by itself; anything else is somebody's work."""
    if s.link.state == AVAILABLE and all(port.up for port in s.link.ports) and s.link.ports:
        return None
    states = {s.link.state, *(port.state for port in s.link.ports)} - {AVAILABLE}
    shown = ", ".join(sorted(states)) or "without ports"
    if states and states <= WAITING_STATES:
        return _wait(s, f"{s.link.id} is {shown}")
    return _refused("LinkNotAvailable", f"{s.link.id} is {shown}; a key is changed only on an available link.")


def keys_are_settled(s: Situation) -> Verdict | None:
    """A key on its way in or out is waited for, unless it is the one to use again."""
    again = failed_version(s.versions)
    moving = [
        key
        for key in s.keys
        if not key.associated
        and not (key.state == "associating" and again and again.ckn and same_ckn(again.ckn, key.ckn))
    ]
    if not moving:
        return None
    return _wait(s, f"key {moving[0].ckn[:8]}… of {s.link.id} is {moving[0].state}")


def _wait(s: Situation, what: str) -> Verdict:
    if s.waited >= s.plan_wait:
        return _refused("LinkBusy", f"{what}, still after {s.waited.total_seconds():.0f} seconds of waiting.")
    return Verdict("wait", "LinkBusy", f"{what}; waiting.", max(1, round(s.poll_seconds)))


def partners_are_encrypted(s: Situation) -> Verdict | None:
    """Of a declared redundancy group, only one line may be at risk at a time."""
    if not s.dark_partners:
        return None
    return _refused(
        "PartnerNotEncrypted",
        f"{', '.join(s.dark_partners)} of the same redundancy group is not up and encrypted: "
        f"{s.link.id} may be the only line that works.",
    )


def key_has_a_way_back(s: Situation) -> Verdict | None:
    """An adopted key comes back only by its managed secret: without it, a removal is for ever."""
    if s.request.accept_no_way_back:
        return None
    lost = [
        key
        for key in s.keys
        if s.adopted(key) and s.managed.get(key.secret_arn, ManagedSecret.PRESENT) is not ManagedSecret.PRESENT
    ]
    if not lost:
        return None
    return _refused(
        "NoWayBack",
        f"Key {lost[0].ckn[:8]}… of {s.link.id} is not from our key secret and its managed secret is "
        f"{s.managed[lost[0].secret_arn]}: once removed it could not be restored. Give "
        '"accept_no_way_back": true to go on.',
    )


def urgent_knows_its_keys(s: Situation) -> Verdict | None:
    """Skipping the bake is for keys that we can bring back by ourselves."""
    if not s.request.urgent or not any(s.adopted(key) for key in s.keys):
        return None
    return _refused("UrgentAdoptedKey", f"{s.link.id} holds a key that is not from our key secret: not urgently.")


def version_is_usable(s: Situation) -> Verdict | None:
    """A version that somebody names must be there and not be the one in use already."""
    version_id = s.request.version_id
    if version_id is None:
        return None
    version = next((v for v in s.versions if v.version_id == version_id), None)
    if version is None:
        shown = without_keys(version_id, 64)
        return _refused("VersionNotFound", f"The key secret of {s.link.id} has no labelled version {shown}.")
    if version.has(Label.IN_USE):
        return _refused("VersionInUse", f"Version {version_id} is the one in use on {s.link.id}.")
    return None


def ckns_are_known_digits(s: Situation) -> Verdict | None:
    """A key whose CKN we can't read is a key of which nobody can say what it is."""
    if all(HEX_64.fullmatch(key.ckn) for key in s.link.keys):
        return None
    return _refused("ChainNeedsOperator", f"{s.link.id} lists a key whose CKN is not 64 hexadecimal digits.")


def chain_has_room(s: Situation) -> Verdict | None:
    """A fourth key has no place; a failed key under a newer one must be seated on top again."""
    if not needs_room(s):
        return None
    if s.made_room:
        return _refused("ChainNeedsOperator", f"The key chain of {s.link.id} filled up again while room was made.")
    if s.router_mode is RouterMode.NONE:
        return _refused(
            "ChainNeedsOperator",
            f"The key chain of {s.link.id} has no free place, and with router mode none nobody can say "
            "which key is in use.",
        )
    return Verdict("room", "ChainFull", f"The key chain of {s.link.id} needs a place first.")


RULES: tuple[Callable[[Situation], Verdict | None], ...] = (
    no_hosted_connection,
    link_is_capable,
    link_is_not_paused,
    a_window_is_open,
    no_maintenance_is_near,
    link_is_available,
    ckns_are_known_digits,
    keys_are_settled,
    partners_are_encrypted,
    version_is_usable,
    key_has_a_way_back,
    urgent_knows_its_keys,
    chain_has_room,
)
