"""What a plan is made of: the link and all that was read with it, and what follows from that at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dxmacsec.model import (
    AVAILABLE,
    CHAIN_SIZE,
    MUST_ENCRYPT,
    Key,
    KeyVersion,
    Link,
    LinkKind,
    ManagedSecret,
    Request,
    RouterMode,
)
from dxmacsec.policy.labels import failed_version, version_of


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


def carries_its_traffic(partner: Link) -> bool:
    """Tell whether a link of the same group does what it can: encrypted, or clear where it never had a key.

    Without the second half two new links of one group could never get their first keys.
    """
    if partner.kind is LinkKind.HOSTED:
        return True
    keyless = not partner.macsec_capable or (not any(key.held for key in partner.keys) and partner.mode != MUST_ENCRYPT)
    return partner.encrypted or (keyless and partner.state == AVAILABLE and all(port.up for port in partner.ports))
