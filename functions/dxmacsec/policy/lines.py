"""What a letter must know of a link as it is now: what its line carries, how loud that is, and what is paused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dxmacsec.model import AVAILABLE, MUST_ENCRYPT, NO_ENCRYPT, SHOULD_ENCRYPT, Link, Port


class Alarm(StrEnum):
    """What a letter's subject begins with where nobody can say that the line is encrypted."""

    NONE = ""
    DARK = "DARK LINE: "
    CLEAR = "LINE IN CLEAR: "
    UNSEEN = "LOOK AT THE LINE: "


@dataclass(frozen=True, slots=True)
class Line:
    """What a look at a link showed of its line; what nobody could see counts as not encrypted."""

    words: str
    alarm: Alarm = Alarm.NONE


@dataclass(frozen=True, slots=True)
class Pauses:
    """The reasons of the pauses that the ledger holds while a letter is written; None is no pause."""

    automation: str | None = None
    enforcement: str | None = None


class Carried(StrEnum):
    """What passes a port, in words that take the ports' names."""

    NOTHING = "no traffic on {}"
    CLEAR = "what passes on {} is in clear"
    UNKNOWN = "encryption is down on {}, and nobody can read the mode: no traffic, or traffic in clear"
    SOFT = "encrypted, but in clear as soon as MKA fails."
    SEALED = "encrypted, and nothing passes in clear."


ILL = {Carried.NOTHING: Alarm.DARK, Carried.CLEAR: Alarm.CLEAR, Carried.UNKNOWN: Alarm.UNSEEN}
"""What is said of each port that it holds for, before anything good is said of the line; the first one alarms."""


def line_now(link: Link) -> Line:
    """Say what the line carries right now, in the worst case of its ports."""
    if not link.macsec_capable:
        return Line("in clear.", Alarm.CLEAR)
    if not link.ports or link.state != AVAILABLE:
        alarm = Alarm.DARK if link.state == "down" else Alarm.UNSEEN
        return Line(f"the link is {link.state if link.ports else 'without ports'}.", alarm)
    told = {carried: _ports(link, carried) for carried in Carried}
    ill = [carried for carried in ILL if told[carried]]
    if ill:
        return Line(f"{'; '.join(carried.value.format(told[carried]) for carried in ill)}.", ILL[ill[0]])
    return Line((Carried.SOFT if told[Carried.SOFT] else Carried.SEALED).value)


def _ports(link: Link, carried: Carried) -> str:
    return ", ".join(port.connection_id for port in link.ports if _carried(port, port.mode or link.mode) is carried)


def _carried(port: Port, mode: str | None) -> Carried:
    """Say what passes a port; in no_encrypt a status that lags may still read Up (W13, docs/design.md)."""
    if mode == NO_ENCRYPT:
        return Carried.CLEAR
    if port.up and port.encrypted:
        return Carried.SEALED if mode == MUST_ENCRYPT else Carried.SOFT
    if mode == MUST_ENCRYPT:
        return Carried.NOTHING
    return Carried.CLEAR if mode == SHOULD_ENCRYPT else Carried.UNKNOWN
