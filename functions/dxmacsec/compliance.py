"""The nouns of compliance: what a look at a link says, what the ledger keeps of it, what is done about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """How a link stands; the words of a report, a metric and a finding."""

    NON_COMPLIANT = "NON_COMPLIANT"
    WARNING = "WARNING"
    EXEMPT = "EXEMPT"
    COMPLIANT = "COMPLIANT"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was seen; the reason has a heading in the runbook."""

    reason: str
    sentence: str
    status: Status


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one look at a link says: at least one finding, the gravest first."""

    link: str
    status: Status
    findings: tuple[Finding, ...]

    @property
    def reason(self) -> str:
        """Return the reason of the gravest finding: the link's verdict."""
        return self.findings[0].reason

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return the reasons of all findings."""
        return tuple(finding.reason for finding in self.findings)

    @property
    def sentence(self) -> str:
        """Return what was seen, in as many sentences as there are findings."""
        return " ".join(finding.sentence for finding in self.findings)


class Remedy(StrEnum):
    """What brings a link back."""

    ENFORCE = "enforce"
    ROTATE = "rotate"


@dataclass(frozen=True, slots=True)
class Action:
    """What we started, in which execution, and when."""

    remedy: Remedy
    execution: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody did: the event that told us, the call, and by whom; of a sweep nobody knows more."""

    event_id: str
    call: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A link's verdict as the ledger keeps it.

    `version` counts its changes; who writes the next one names the one before, so that of two writers
    one wins. `seen` is what the verdict's words may hide: the mode and the dark ports. `keyed` stays once the
    link was seen with a key; `left_alone` says that it was exempt or only audited. `told` is set when the world
    heard of this version.
    """

    link: str
    version: int
    status: Status
    reasons: tuple[str, ...]
    sentence: str
    since: datetime
    seen: str = ""
    keyed: bool = False
    left_alone: bool = False
    told: bool = False
    change: Change | None = None
    action: Action | None = None


class PromptKind(StrEnum):
    """Why a link is looked at."""

    CHANGED = "changed"
    FREED = "freed"
    AGAIN = "again"
    ENDED = "ended"
    SWEPT = "swept"

    @property
    def may_act(self) -> bool:
        """Tell whether a look may lead to a remedy: the end of our own doing may not, or it would feed itself."""
        return self is not PromptKind.ENDED


@dataclass(frozen=True, slots=True)
class Prompt:
    """A reason to look: at the links (or members) that an event names, or at whoever holds a secret's key.

    `nothing` is the machine reason for not looking at all: a call that AWS refused, or our own doing.
    """

    kind: PromptKind
    change: Change
    links: frozenset[str] = frozenset()
    secret: str | None = None
    nothing: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A link that could not be looked at or brought back; it is tried again."""

    link: str
    error: str
    sentence: str

    @classmethod
    def of(cls, link: str, error: Exception) -> Trouble:
        """Return what a failure means for one link: its class is the machine reason."""
        return cls(link, type(error).__name__, str(error))


@dataclass(frozen=True, slots=True)
class Looked:
    """What a batch of looks led to: how many links have which verdict and stand how, and what was started.

    `unjudged` are the links that nobody could judge: they waited for a lock, or could not be read.
    """

    counts: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    started: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    unjudged: tuple[str, ...] = ()

    def joined(self, other: Looked) -> Looked:
        """Return what two batches led to together."""
        return Looked(
            dict(Counter(self.counts) + Counter(other.counts)),
            dict(Counter(self.statuses) + Counter(other.statuses)),
            self.changed + other.changed,
            self.started + other.started,
            self.waiting + other.waiting,
            self.retired + other.retired,
            self.troubles + other.troubles,
            self.unjudged + other.unjudged,
        )


@dataclass(frozen=True, slots=True)
class HeardChanges:
    """What became of a batch: the looks, how many events there was nothing to do about, the messages that failed.

    `unreadable` says of each message that could not be read what was wrong with it; it failed, too.
    """

    looked: Looked
    nothing: dict[str, int]
    failed: tuple[str, ...]
    unreadable: dict[str, str] = field(default_factory=dict)
