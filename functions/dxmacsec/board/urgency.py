"""What a link asks of a person right now, in one word: the first that fits, the gravest first.

The board and the command show the same words in the same order. Each word has a sign of its own shape, so that no
colour is needed.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from dxmacsec.compliance import Status
from dxmacsec.interfaces import LinkView, TaskRow
from dxmacsec.model import MUST_ENCRYPT, SHOULD_ENCRYPT, Link, LinkKind, Port, RouterMode


class Urgency(IntEnum):
    """The words, in the order in which a person should look."""

    DOWN = 0
    CLEAR = 1
    FIX = 2
    ANSWER = 3
    PAUSED = 4
    WARN = 5
    DUE = 6
    BUSY = 7
    NEW = 8
    OK = 9
    EXEMPT = 10
    NONE = 11

    @property
    def word(self) -> str:
        """Return the word as it is shown: what needs a person stands in capitals."""
        return "-" if self is Urgency.NONE else self.name if self < Urgency.BUSY else self.name.lower()

    @property
    def sign(self) -> str:
        """Return one character that differs in its shape from all others."""
        return SAID[self].sign

    @property
    def tone(self) -> str:
        """Return the name of its colour: `bad`, `warn`, `wait`, `good` or `calm`."""
        return SAID[self].tone

    @property
    def meaning(self) -> str:
        """Return what it means, in a few words."""
        return SAID[self].meaning


class Said(NamedTuple):
    """How a word is shown."""

    sign: str
    tone: str
    meaning: str


SAID = {
    Urgency.DOWN: Said("✕", "bad", "no traffic on a port: must_encrypt without encryption"),
    Urgency.CLEAR: Said("◯", "bad", "traffic in clear text: a key is there, and encryption is not up"),
    Urgency.FIX: Said("!", "bad", "not compliant"),
    Urgency.ANSWER: Said("?", "wait", "a rotation waits for you, or for an agent that is late"),
    Urgency.PAUSED: Said("‖", "bad", "automation is paused until someone clears it"),
    Urgency.WARN: Said("△", "warn", "a warning"),
    Urgency.DUE: Said("◷", "warn", "the key is too old, or nobody knows its age"),
    Urgency.BUSY: Said("↻", "wait", "a key or the mode is being changed"),
    Urgency.NEW: Said("…", "warn", "no verdict yet: the sweep has not looked"),
    Urgency.OK: Said("✓", "good", "nothing to do"),
    Urgency.EXEMPT: Said("∅", "calm", "exempt by a tag"),
    Urgency.NONE: Said("·", "calm", "no MACsec here: hosted, or the port is not capable"),
}


def urgency(view: LinkView, now: datetime) -> Urgency:
    """Return what a link asks for; the order is the specification.

    A dark port of a link in `must_encrypt` comes first whatever its verdict says: nothing passes there now, and
    the verdict may be an hour old.
    """
    status = view.standing.status if view.standing else None
    asks = (
        (Urgency.NONE, view.link.kind is LinkKind.HOSTED),
        (Urgency.DOWN, bool(dark_ports(view.link)) and view.link.mode == MUST_ENCRYPT),
        (Urgency.CLEAR, status is not Status.EXEMPT and _in_clear(view.link)),
        (Urgency.FIX, status is Status.NON_COMPLIANT),
        (Urgency.ANSWER, any(waits_for_a_person(task, view.router_mode, now) for task in view.tasks)),
        (Urgency.PAUSED, bool(view.pause or view.enforcement_pause)),
        (Urgency.WARN, status is Status.WARNING),
        (Urgency.BUSY, bool(view.rotating or view.acting)),
        (Urgency.DUE, status is not Status.EXEMPT and view.is_due(now)),
        (Urgency.EXEMPT, status is Status.EXEMPT),
        (Urgency.NONE, status is Status.NOT_APPLICABLE or not view.link.macsec_capable),
        (Urgency.NEW, status is None),
    )
    return next((word for word, holds in asks if holds), Urgency.OK)


def waits_for_a_person(task: TaskRow, mode: RouterMode, now: datetime) -> bool:
    """Tell whether somebody should see to a router task: at once, or where an agent has let half of the time pass."""
    return mode is not RouterMode.AGENT or now - task.sent_at > (task.deadline - task.sent_at) / 2


def dark_ports(link: Link) -> tuple[Port, ...]:
    """Return the ports that carry no encrypted traffic; of a link without MACsec that says nothing."""
    return tuple(port for port in link.ports if not (port.up and port.encrypted))


def _in_clear(link: Link) -> bool:
    """Tell whether traffic passes in clear text though keys are there; what isn't up passes nothing."""
    keyed = any(key.held for key in link.keys)
    return link.mode == SHOULD_ENCRYPT and keyed and any(port.up and not port.encrypted for port in link.ports)


def most_urgent(views: tuple[LinkView, ...], now: datetime) -> tuple[LinkView, ...]:
    """Return the views sorted by what they ask for, then by whose task ends or key is due first, then by id."""
    return tuple(sorted(views, key=lambda view: (urgency(view, now), _until(view), view.link.id)))


def _until(view: LinkView) -> float:
    deadlines = [task.deadline for task in view.tasks] or ([view.due_at] if view.due_at else [])
    return min((each.timestamp() for each in deadlines), default=float("inf"))
