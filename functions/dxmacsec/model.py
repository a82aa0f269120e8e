"""The nouns: links, keys, routers' answers and the document that travels; the other lowest module.

Every class is frozen and made of plain values, so that a document written as JSON by one step is
the document read by the next. A CAK is in none of them but `KeyPair`, which is never serialised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

SCHEMA = 1
"""Version of the document that travels; raised when a running execution could not read the new one."""

CHAIN_SIZE = 3
"""CKN/CAK pairs that a link's key chain holds.

https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html
"""

ENCRYPTION_UP = "Encryption Up"
ASSOCIATED = "associated"
DISASSOCIATED = "disassociated"
AVAILABLE = "available"
MUST_ENCRYPT = "must_encrypt"
SHOULD_ENCRYPT = "should_encrypt"
NO_ENCRYPT = "no_encrypt"

HEX_64 = re.compile(r"[0-9a-fA-F]{64}")


class LinkKind(StrEnum):
    """What holds the keys."""

    CONNECTION = "connection"
    INTERCONNECT = "interconnect"
    LAG = "lag"
    HOSTED = "hosted"


class RouterMode(StrEnum):
    """Who answers a router task."""

    MANUAL = "manual"
    AGENT = "agent"
    NONE = "none"


class RouterTaskKind(StrEnum):
    """What the customer's end is asked to do."""

    INSTALL = "install"
    PROVE = "prove"
    CONFIRM = "confirm"
    REMOVE = "remove"


class Label(StrEnum):
    """Staging labels of a key secret's versions; `DxOld-…` and `DxCkn-…` carry a CKN."""

    IN_USE = "DxInUse"
    NEW = "DxNew"
    FAILED = "DxFailed"
    CURRENT = "AWSCURRENT"
    PENDING = "AWSPENDING"

    @staticmethod
    def old(ckn: str) -> str:
        """Return the label of a superseded pair that is still on the link."""
        return f"DxOld-{ckn[:8].lower()}"

    @staticmethod
    def ckn(ckn: str) -> str:
        """Return the label that names a version's CKN, so that reading it takes no decryption."""
        return f"DxCkn-{ckn.lower()}"


class ManagedSecret(StrEnum):
    """What became of the secret that Direct Connect keeps for a pair."""

    PRESENT = "present"
    SCHEDULED = "scheduled-for-deletion"
    GONE = "gone"


def same_ckn(one: str, other: str) -> bool:
    """Tell whether two CKNs are one: hexadecimal case means nothing (W25, docs/design.md)."""
    return one.lower() == other.lower()


@dataclass(frozen=True, slots=True, repr=False)
class Cak:
    """The secret half of a pair; prints as a mask and is opened in adapters only."""

    _digits: str

    def __post_init__(self) -> None:
        """Refuse what is not 64 hexadecimal digits, without ever showing it."""
        if not HEX_64.fullmatch(self._digits):
            message = "cak: expected 64 hexadecimal digits"
            raise ValueError(message)

    def reveal(self) -> str:
        """Return the digits; the caller keeps them out of every log and exception."""
        return self._digits

    def __repr__(self) -> str:
        """Print a mask."""
        return "Cak(…)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A CKN with its CAK; lives in memory only."""

    ckn: str
    cak: Cak

    def __post_init__(self) -> None:
        """Refuse a CKN that is not 64 hexadecimal digits."""
        if not HEX_64.fullmatch(self.ckn):
            message = "ckn: expected 64 hexadecimal digits"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a link's key chain, as Direct Connect lists it."""

    ckn: str
    secret_arn: str
    state: str
    start_on: str | None = None

    @property
    def associated(self) -> bool:
        """Tell whether Direct Connect validated and stored the pair; it says nothing about use."""
        return self.state == ASSOCIATED

    @property
    def held(self) -> bool:
        """Tell whether it takes a place in the chain: AWS may go on listing a removed key (W9)."""
        return self.state != DISASSOCIATED


@dataclass(frozen=True, slots=True)
class Port:
    """One physical port of a link: the connection itself, or a member of the LAG."""

    connection_id: str
    state: str
    encryption: str | None
    mode: str | None = None

    @property
    def up(self) -> bool:
        """Tell whether the port's physical state is `available`."""
        return self.state == AVAILABLE

    @property
    def encrypted(self) -> bool:
        """Tell whether the port reads `Encryption Up`: some CKN is active, nobody says which."""
        return self.encryption == ENCRYPTION_UP


@dataclass(frozen=True, slots=True)
class Link:
    """What Direct Connect says of a connection, an interconnect or a LAG."""

    id: str
    kind: LinkKind
    state: str
    mode: str | None
    macsec_capable: bool
    keys: tuple[Key, ...] = ()
    ports: tuple[Port, ...] = ()
    name: str = ""
    location: str = ""
    bandwidth: str = ""
    lag_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def encrypted(self) -> bool:
        """Tell whether every port is up and reads `Encryption Up`; a link without ports is not."""
        return bool(self.ports) and all(port.up and port.encrypted for port in self.ports)

    @property
    def port_ids(self) -> tuple[str, ...]:
        """Return the ids of the ports, sorted."""
        return tuple(sorted(port.connection_id for port in self.ports))

    def key(self, ckn: str) -> Key | None:
        """Find a key by CKN, whatever the case of its digits; a removed one that is still listed is none (W9)."""
        return next((key for key in self.keys if key.held and same_ckn(key.ckn, ckn)), None)

    def key_by_arn(self, secret_arn: str) -> Key | None:
        """Find a key by the ARN of its managed secret; a removed one that is still listed is none (W9)."""
        return next((key for key in self.keys if key.held and key.secret_arn == secret_arn), None)


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One version of a key secret, without its CAK; `ckn` is None when no label names it."""

    version_id: str
    ckn: str | None
    labels: frozenset[str]

    def has(self, label: str) -> bool:
        """Tell whether the version carries a label."""
        return label in self.labels


@dataclass(frozen=True, slots=True)
class Request:
    """What a person or a trigger asked for."""

    link: str
    reason: str | None = None
    urgent: bool = False
    dry_run: bool = False
    version_id: str | None = None
    accept_no_way_back: bool = False


@dataclass(frozen=True, slots=True)
class Execution:
    """The Step Functions execution that runs: its ARN, its name and its start."""

    arn: str
    name: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class RotationRun:
    """One execution of `RotateKey`, as Step Functions describes it."""

    name: str
    status: str
    error: str = ""
    cause: str = ""
    ended_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Tell whether it is not over yet."""
        return self.status == "RUNNING"

    @property
    def succeeded(self) -> bool:
        """Tell whether the link uses its new key."""
        return self.status == "SUCCEEDED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided: the word that the machine steers by, a machine reason, a sentence."""

    next: str
    reason: str = ""
    sentence: str = ""
    wait_seconds: float = 0


@dataclass(frozen=True, slots=True)
class NewKey:
    """The key that the rotation brings in."""

    version_id: str
    ckn: str
    secret_arn: str | None = None
    was_on_link: bool = False
    reused: bool = False


@dataclass(frozen=True, slots=True)
class OldKey:
    """A key that the rotation supersedes; `version_id` is None for an adopted one."""

    ckn: str
    secret_arn: str
    version_id: str | None = None

    @property
    def adopted(self) -> bool:
        """Tell whether the CAK is unknown to us, so that only the ARN can bring the key back."""
        return self.version_id is None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rotation will do, decided before anything changes."""

    mode: str | None
    supersedes: tuple[OldKey, ...]
    reuse_version_id: str | None
    make_room: bool
    onboarding: bool
    dark_ports: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """What repeated looks at a link have shown; times are those of our own looks."""

    started_at: datetime
    up_since: datetime | None = None
    looks: int = 0

    def seen(self, *, up: bool, at: datetime) -> Watch:
        """Return the watch after one more look: Up lasts from its first look, a drop forgets it."""
        since = (self.up_since or at) if up else None
        return replace(self, up_since=since, looks=self.looks + 1)

    def up_for(self, at: datetime) -> timedelta:
        """Return for how long the link has been up without a break, as far as we looked."""
        return at - self.up_since if self.up_since else timedelta(0)


@dataclass(frozen=True, slots=True)
class RouterAnswer:
    """What the customer's end says of each port; `received_at` is the state machine's own clock."""

    task_id: str
    ports: dict[str, str | None]
    by: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a rotation ended; `pause` keeps automation off the link until someone clears it."""

    status: str
    reason: str
    sentence: str
    pause: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One line of proof: what was looked at, when, and what was seen."""

    at: datetime
    what: str
    seen: str


@dataclass(frozen=True, slots=True)
class Rotation:
    """The document that travels through `RotateKey`: a step takes it and returns the next one."""

    schema: int
    id: str
    execution: str
    request: Request
    started_at: datetime
    link: str
    verdict: Verdict
    link_kind: LinkKind = LinkKind.CONNECTION
    member_given: str | None = None
    group: str | None = None
    group_declared: bool = False
    router_mode: RouterMode = RouterMode.MANUAL
    router_deadline_seconds: int = 0
    router_heartbeat_seconds: int = 0
    plan: Plan | None = None
    new_key: NewKey | None = None
    install_sent: bool = False
    removing: OldKey | None = None
    retiring: OldKey | None = None
    retired: tuple[str, ...] = ()
    retire_sent_at: datetime | None = None
    asks: int = 0
    asked_ports: tuple[str, ...] = ()
    answer: dict[str, Any] | None = None
    watch: Watch | None = None
    proven_by: str | None = None
    promoted: bool = False
    made_room: bool = False
    enforced_mode: str | None = None
    remove_note: str | None = None
    checks: tuple[Check, ...] = ()
    failure: dict[str, Any] | None = None
    outcome: Outcome | None = None
    report: dict[str, Any] | None = None

    def task_id(self, kind: RouterTaskKind) -> str:
        """Return the id of the router task that is asked now; `asks` counts the answers judged so far."""
        return f"{self.id}.{kind}.{self.asks}"

    def to(self, next_: str, reason: str = "", sentence: str = "", wait_seconds: float = 0) -> Rotation:
        """Return the document with a new verdict."""
        return replace(self, verdict=Verdict(next_, reason, sentence, wait_seconds))

    def noting(self, at: datetime, what: str, seen: str) -> Rotation:
        """Return the document with one more line of proof."""
        return replace(self, checks=(*self.checks, Check(at, what, seen)))


@dataclass(frozen=True, slots=True)
class Enforcement:
    """The document that travels through `EnforceEncryption`.

    `owner` is the execution in whose name it acts: its parent rotation, or itself.
    """

    schema: int
    id: str
    execution: str
    owner: str
    link: str
    started_at: datetime
    verdict: Verdict
    link_kind: LinkKind = LinkKind.CONNECTION
    member_given: str | None = None
    reason: str | None = None
    mode_before: str | None = None
    raised: bool = False
    raised_at: datetime | None = None
    lowered: bool = False
    watch: Watch | None = None
    checks: tuple[Check, ...] = ()
    failure: dict[str, Any] | None = None
    outcome: Outcome | None = None
    report: dict[str, Any] | None = None

    @property
    def nested(self) -> bool:
        """Tell whether a rotation started it: its locks are the parent's to free."""
        return self.owner != self.execution

    def to(self, next_: str, reason: str = "", sentence: str = "", wait_seconds: float = 0) -> Enforcement:
        """Return the document with a new verdict."""
        return replace(self, verdict=Verdict(next_, reason, sentence, wait_seconds))

    def noting(self, at: datetime, what: str, seen: str) -> Enforcement:
        """Return the document with one more line of proof."""
        return replace(self, checks=(*self.checks, Check(at, what, seen)))
