"""Which link needs somebody first; each rank has a sign and a word, so that no colour is needed."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from dxmacsec.compliance import Status
from dxmacsec.interfaces import LinkView
from dxmacsec.model import MUST_ENCRYPT, LinkKind

DARK_REASONS = frozenset({"EncryptionDown", "NoKey"})


class Urgency(Enum):
    """The ranks, the most urgent first: sign, word, and the tone of its colour."""

    DARK = ("✕", "dark or in clear", "bad")
    PAUSED = ("‖", "paused", "bad")
    WAITING = ("?", "waits for the router", "wait")
    WRONG = ("!", "not compliant", "bad")
    OVERDUE = ("◷", "overdue", "warn")
    ROTATING = ("↻", "rotating", "wait")
    WARNING = ("△", "warning", "warn")
    UNKNOWN = ("…", "not judged yet", "warn")
    WELL = ("✓", "compliant", "good")
    QUIET = ("∅", "exempt or not ours", "calm")

    @property
    def sign(self) -> str:
        """Return one character that differs in its shape from all others."""
        return self.value[0]

    @property
    def word(self) -> str:
        """Return the rank in words."""
        return self.value[1]

    @property
    def tone(self) -> str:
        """Return the name of its colour in the palette."""
        return self.value[2]


RANK = {urgency: number for number, urgency in enumerate(Urgency)}

BY_STATUS = {
    Status.NON_COMPLIANT: Urgency.WRONG,
    Status.WARNING: Urgency.WARNING,
    Status.EXEMPT: Urgency.QUIET,
    Status.COMPLIANT: Urgency.WELL,
    Status.NOT_APPLICABLE: Urgency.QUIET,
}


def urgency_of(view: LinkView, now: datetime) -> Urgency:
    """Return the gravest rank that a link has now; what it reads of encryption outranks an older verdict.

    Nobody judges a hosted connection: its host's port holds the keys.
    """
    if view.link.kind is LinkKind.HOSTED:
        return Urgency.QUIET
    by_verdict = BY_STATUS[view.standing.status] if view.standing else Urgency.UNKNOWN
    found = [by_verdict]
    if is_dark(view):
        found.append(Urgency.DARK)
    if view.pause or view.enforcement_pause:
        found.append(Urgency.PAUSED)
    if view.tasks:
        found.append(Urgency.WAITING)
    if view.rotating or view.acting:
        found.append(Urgency.ROTATING)
    elif view.is_due(now):
        found.append(Urgency.OVERDUE)
    return min(found, key=RANK.__getitem__)


def is_dark(view: LinkView) -> bool:
    """Tell whether a line that shall be encrypted is not: by its ports as they read now, or by its verdict."""
    link, standing = view.link, view.standing
    if standing is None or standing.status in (Status.EXEMPT, Status.NOT_APPLICABLE):
        return False
    keyed = any(key.held for key in link.keys)
    reads_down = (keyed or link.mode == MUST_ENCRYPT) and not link.encrypted
    return reads_down or bool(DARK_REASONS & set(standing.reasons) and not link.encrypted)


def most_urgent_first(views: tuple[LinkView, ...], now: datetime) -> list[tuple[Urgency, LinkView]]:
    """Return all links with their ranks; within a rank the one that is due first, or whose task ends first."""
    ranked = [(urgency_of(view, now), view) for view in views]
    return sorted(ranked, key=lambda each: (RANK[each[0]], _until(each[1]), each[1].link.id))


def _until(view: LinkView) -> float:
    deadlines = [task.deadline for task in view.tasks] or ([view.due_at] if view.due_at else [])
    return min((each.timestamp() for each in deadlines), default=float("inf"))
