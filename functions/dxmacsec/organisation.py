"""The nouns of a run over many accounts and Regions; like the model they are frozen and made of plain values.

A *member* is one account and Region with a stack of its own, written `account/region`; a link of it is written
`account/region/id`. The coordinator knows members by what they tell, and holds nothing of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from dxmacsec.model import Outcome, Verdict

UNREACHED = "UNREACHED"
"""The status of a turn of which nobody can say how it ended: the member's role, its machine, or the way there."""


class StopOn(StrEnum):
    """What the first failure stops: everything, what is left in its account, or the groups that it concerns."""

    ALL = "all"
    ACCOUNT = "account"
    GROUP = "group"


class Action(StrEnum):
    """What a member's turn is: it is asked for its plan, rotates links of its own, or sweeps."""

    ASK = "ask"
    ROTATE = "rotate"
    SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Member:
    """An account and a Region with a stack of its own."""

    account: str
    region: str

    @classmethod
    def of(cls, name: str) -> Member:
        """Return the member of a name such as `123456789012/eu-west-1`.

        Raises:
            ValueError: it has not these two parts.
        """
        account, _, region = name.partition("/")
        if not account or not region or "/" in region:
            message = f"no account/region: {name!r}"
            raise ValueError(message)
        return cls(account, region)

    @property
    def name(self) -> str:
        """Return the name, as everybody reads it."""
        return f"{self.account}/{self.region}"


@dataclass(frozen=True, slots=True)
class OrganisationRequest:
    """What a person or the schedule asked for; without members it is: all of them."""

    members: tuple[str, ...] = ()
    dry_run: bool = False
    sweep: bool = False
    reason: str | None = None
    stop_on: StopOn = StopOn.ALL


@dataclass(frozen=True, slots=True)
class Shelved:
    """Where something lies on the coordinator's shelf; lists would outgrow a state's payload of 256 KiB."""

    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class TurnResult:
    """How a member's turn ended; of the member's own report only what the order depends on, and what people read."""

    status: str
    reason: str = ""
    sentence: str = ""
    report: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The document that travels through one member's turn: what is started there, and how it ended."""

    schema: int
    run: str
    member: str
    action: Action
    name: str
    verdict: Verdict
    links: tuple[str, ...] = ()
    reason: str = ""
    urgent: bool = False
    asked_at: datetime | None = None
    result: TurnResult | None = None

    def ended(self, result: TurnResult) -> Turn:
        """Return the turn with its result."""
        return replace(self, result=result, verdict=Verdict("done", result.reason, result.sentence))


@dataclass(frozen=True, slots=True)
class MemberRun:
    """An execution of a member's `RotateFleet`, as Step Functions there describes it."""

    status: str
    error: str = ""
    cause: str = ""
    output: Mapping[str, Any] | None = None

    @property
    def running(self) -> bool:
        """Tell whether it is not over yet."""
        return self.status in ("RUNNING", "PENDING_REDRIVE")


@dataclass(frozen=True, slots=True)
class Organisation:
    """The document that travels through `RotateOrganisation`; its lists lie on the shelf.

    `round` is the number of the course that is on the shelf, and of the turns that go by it.
    """

    schema: int
    id: str
    execution: str
    started_at: datetime
    request: OrganisationRequest
    verdict: Verdict
    most_members: int
    round: int = 0
    items: Shelved | None = None
    came: Shelved | None = None
    counts: dict[str, int] = field(default_factory=dict)
    failure: dict[str, Any] | None = None
    outcome: Outcome | None = None
    report: dict[str, Any] | None = None

    def to(self, next_: str, reason: str = "", sentence: str = "") -> Organisation:
        """Return the document with a new verdict."""
        return replace(self, verdict=Verdict(next_, reason, sentence))


@dataclass(frozen=True, slots=True)
class DueThere:
    """A due link as its member told; `age_days` is None where nobody knows it."""

    member: str
    link: str
    group: str
    spanning: bool = False
    age_days: float | None = None

    @property
    def name(self) -> str:
        """Return the link's name: account, Region and id."""
        return f"{self.member}/{self.link}"


@dataclass(frozen=True, slots=True)
class SpanningLink:
    """A link of a spanning group, due or not, and whether it carries its traffic now."""

    link: str
    group: str
    carries: bool


@dataclass(frozen=True, slots=True)
class LeftThere:
    """A link that this run leaves alone, or a whole member where `link` is empty."""

    member: str
    link: str
    reason: str
    sentence: str

    @property
    def name(self) -> str:
        """Return the name of the link, or of the member."""
        return f"{self.member}/{self.link}" if self.link else self.member


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """How one link's turn ended; `rotation` is empty where its member did not say."""

    member: str
    link: str
    wave: int
    status: str
    reason: str = ""
    sentence: str = ""
    rotation: str = ""

    @property
    def name(self) -> str:
        """Return the link's name: account, Region and id."""
        return f"{self.member}/{self.link}"


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """How one member's turn ended."""

    member: str
    wave: int
    status: str
    reason: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member answered when it was asked for its plan; `silence` says why there is no answer."""

    due: tuple[DueThere, ...] = ()
    spanning: tuple[SpanningLink, ...] = ()
    left_out: tuple[LeftThere, ...] = ()
    left_out_counts: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    silence: str | None = None
