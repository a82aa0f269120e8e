"""What a judgement of a link depends on, read before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dxmacsec.fleet import KeySince
from dxmacsec.model import AVAILABLE, Key, KeyVersion, Label, Link, LinkKind, ManagedSecret, Port
from dxmacsec.policy.tags import Rules

LEAVING = "disassociating"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a judgement depends on.

    `managed` is by ARN; of a secret that is missing in it nobody asked. `macsec_speeds` are those of the
    link's location, None where Direct Connect doesn't list it. `enforcement_paused` says why and by whom;
    `mode_refused` that it is because Direct Connect doesn't let us set the mode (W31, docs/design.md). `recovering`
    says that a dead rotation's lock waits for RecoverLink, which keeps the next rotation away and hides no verdict.
    `coordinated` says that the organisation's coordinator speaks to this account.
    """

    link: Link
    now: datetime
    rules: Rules
    versions: tuple[KeyVersion, ...] | None = None
    managed: Mapping[str, ManagedSecret] = field(default_factory=dict)
    key_since: KeySince | None = None
    keyed_before: bool = False
    macsec_speeds: frozenset[str] | None = None
    rotating: bool = False
    recovering: bool = False
    enforcement_paused: str | None = None
    mode_refused: bool = False
    coordinated: bool = False

    @property
    def held(self) -> tuple[Key, ...]:
        """Return the keys that take a place in the chain."""
        return tuple(key for key in self.link.keys if key.held)

    @property
    def unborn(self) -> bool:
        """Tell whether the link is not there yet: never keyed and not available. Its mode means nothing."""
        return not ever_keyed(self) and self.link.state != AVAILABLE


def ever_keyed(facts: Facts) -> bool:
    """Tell whether the link has or had a key, by anybody's word: the ledger's, Direct Connect's, the key secret's."""
    brought_in = any(version.has(Label.IN_USE) for version in facts.versions or ())
    return facts.keyed_before or bool(facts.link.keys) or facts.key_since is not None or brought_in


def seen(facts: Facts) -> str:
    """Return what a verdict's reasons may hide and what makes it worse: the mode, and the ports that are dark."""
    dark = (port.connection_id for port in facts.link.ports if not port.encrypted)
    return f"{facts.link.mode}|{','.join(sorted(dark))}" if facts.held else f"{facts.link.mode}|"


def members_in_another_mode(link: Link) -> tuple[Port, ...]:
    """Return the members of a LAG that read another mode than the LAG; one that reads none says nothing."""
    if link.kind is not LinkKind.LAG:
        return ()
    return tuple(port for port in link.ports if port.mode is not None and port.mode != link.mode)
