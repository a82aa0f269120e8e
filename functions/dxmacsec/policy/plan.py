"""May this link's key be rotated now, and how? The order of the rules is the specification."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dxmacsec.model import (
    AVAILABLE,
    CHAIN_SIZE,
    HEX_64,
    MUST_ENCRYPT,
    NO_ENCRYPT,
    Key,
    KeyVersion,
    Label,
    Link,
    LinkKind,
    ManagedSecret,
    OldKey,
    Plan,
    Request,
    RouterMode,
    Verdict,
    same_ckn,
)
from dxmacsec.policy.labels import failed_version, holder, version_of

WAITING_STATES = frozenset({"pending"})


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the plan depends on, read before it is made."""

    link: Link
    versions: tuple[KeyVersion, ...]
    request: Request
    now: datetime
    waited: timedelta = timedelta(0)
    plan_wait: timedelta = timedelta(0)
    poll_seconds: float = 5
    router_mode: RouterMode = RouterMode.MANUAL
    made_room: bool = False
    pause: str | None = None
    closed: str | None = None
    maintenance: str | None = None
    dark_partners: tuple[str, ...] = ()
    managed: dict[str, ManagedSecret] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return the keys that take a place in the chain (W9: removed ones may still be listed)."""
        return tuple(key for key in self.link.keys if key.held)

    def adopted(self, key: Key) -> bool:
        """Tell whether no version of the key secret holds this key's pair."""
        return version_of(self.versions, key.ckn) is None


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


def carries_its_traffic(partner: Link) -> bool:
    """Tell whether a link of the same group does what it can: encrypted, or clear where it never had a key.

    Without the second half two new links of one group could never get their first keys.
    """
    if partner.kind is LinkKind.HOSTED:
        return True
    keyless = not partner.macsec_capable or (not any(key.held for key in partner.keys) and partner.mode != MUST_ENCRYPT)
    return partner.encrypted or (keyless and partner.state == AVAILABLE and all(port.up for port in partner.ports))


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
        return _refused("VersionNotFound", f"The key secret of {s.link.id} has no labelled version {version_id}.")
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


def needs_room(s: Situation) -> bool:
    """Tell whether one key must leave before the new one can work."""
    again = version_to_use_again(s)
    on_link = s.link.key(again.ckn) if again and again.ckn else None
    if on_link is None:
        return len(s.keys) >= CHAIN_SIZE
    return not is_newest(on_link, s.keys)


def version_to_use_again(s: Situation) -> KeyVersion | None:
    """Return the version whose pair comes in: the one asked for, else a failed one."""
    if s.request.version_id:
        return next((v for v in s.versions if v.version_id == s.request.version_id), None)
    return failed_version(s.versions)


def is_newest(key: Key, keys: tuple[Key, ...]) -> bool:
    """Tell whether a key surely is the newest: AWS tries that one first.

    Where `startOn` is empty (W14) nobody knows, unless it is the only one.
    """
    others = [other for other in keys if other.secret_arn != key.secret_arn]
    if not others:
        return True
    if key.start_on is None:
        return False
    return all(other.start_on is not None and other.start_on < key.start_on for other in others)


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


def make(situation: Situation) -> Plan:
    """Lay out what the rotation will do; the order of what is superseded keeps the best for last."""
    again = version_to_use_again(situation)
    new_ckn = again.ckn if again else None
    old = [key for key in situation.keys if new_ckn is None or not same_ckn(key.ckn, new_ckn)]
    in_use = holder(situation.versions, Label.IN_USE)
    old.sort(
        key=lambda key: (bool(in_use and in_use.ckn and same_ckn(in_use.ckn, key.ckn)), key.start_on or "", key.ckn)
    )
    supersedes = tuple(_old_key(situation, key) for key in old)
    return Plan(
        mode=situation.link.mode,
        supersedes=supersedes,
        reuse_version_id=again.version_id if again else None,
        make_room=needs_room(situation),
        onboarding=not situation.keys,
        dark_ports=tuple(port.connection_id for port in situation.link.ports if not port.encrypted),
        steps=tuple(_steps(situation, again, supersedes)),
    )


def _old_key(situation: Situation, key: Key) -> OldKey:
    version = version_of(situation.versions, key.ckn)
    return OldKey(key.ckn, key.secret_arn, version.version_id if version else None)


def _steps(s: Situation, again: KeyVersion | None, supersedes: tuple[OldKey, ...]) -> list[str]:
    ckn = f"{again.ckn[:8]}…" if again and again.ckn else None
    steps = []
    if needs_room(s):
        steps.append("Ask the router which keys it uses, then make room in the key chain")
    steps.append(f"Use pair {ckn} again" if ckn else "Make a new pair and store it in the key secret")
    steps.append(f"Have the pair installed on the router ({s.router_mode})")
    if s.link.mode == NO_ENCRYPT:
        steps.append("Set should_encrypt, so that encryption can come up")
    steps.append(f"Associate the key with {s.link.id} and wait until it is associated")
    steps.append("Have the router prefer it and prove it on every port")
    steps.append("Skip the bake (urgent)" if s.request.urgent else "Bake")
    steps += [
        f"Have the router confirm, then remove key {key.ckn[:8]}…{' (adopted)' if key.adopted else ''}"
        for key in supersedes
    ]
    steps.append("Make it the key in use, then enforce must_encrypt")
    if supersedes:
        steps.append("Have the superseded keys removed from the router")
    return steps
