"""What the judge found in a capture: a finding for each frame, and the figures that follow from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

ETHERTYPE_OCTETS = 2
ARP = b"\x08\x06"
VLAN_TAGS = (b"\x81\x00", b"\x88\xa8")
VLAN_TAG_OCTETS = 4
"""The tag's EtherType and what it says; behind it comes the next EtherType."""


class Kind(StrEnum):
    """What a frame is by its EtherType."""

    MKA = "mka"
    MACSEC = "macsec"
    CLEAR = "clear"
    OTHER = "other"


class Finding(StrEnum):
    """What the judge says of one frame."""

    MKPDU_VALID = "its ICV is that of its CKN's CAK"
    MKPDU_INVALID = "its ICV is not that of its CKN's CAK"
    MKPDU_STRANGE = "names a CKN of no pair"
    MKPDU_MALFORMED = "says EAPOL-MKA and is no MKPDU"
    OPENED = "encrypted, and opens under its CKN's SAK"
    OPENED_READABLE = "belongs to its CKN's SAK, but is not encrypted: integrity only"
    NOT_OPENED = "opens under no SAK that was seen"
    MACSEC_MALFORMED = "says MACsec and is no MACsec frame"
    CLEAR = "travels in clear"
    OTHER = "neither MKA, MACsec nor traffic: EAPOL of another type, or no whole Ethernet header"

    @property
    def kind(self) -> Kind:
        """Return what a frame of this finding is by its EtherType."""
        if self.name.startswith("MKPDU"):
            return Kind.MKA
        if self in {Finding.CLEAR, Finding.OTHER}:
            return Kind(self.name.lower())
        return Kind.MACSEC

    @property
    def opened(self) -> bool:
        """Tell whether a SAK fits the frame."""
        return self in {Finding.OPENED, Finding.OPENED_READABLE}


@dataclass(frozen=True, slots=True)
class FrameVerdict:
    """One frame: `ckn` is what an MKPDU names or a MACsec frame opened under.

    `user_data` is what an opened frame held, from its EtherType on; `ethertype` is the outer one.
    """

    seconds: float
    finding: Finding
    source: bytes
    ckn: str | None
    ethertype: int | None
    user_data: bytes | None = field(repr=False)

    @property
    def is_traffic(self) -> bool:
        """Tell whether it opened and holds anything but ARP, inside of whatever VLAN tags."""
        return self.finding.opened and _inner_ethertype(self.user_data or b"") != ARP


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What was seen of one pair.

    `opened` counts encrypted frames, `opened_readable` those with integrity only; `first_seconds` and `last_seconds`
    are the times of both. `last_traffic_seconds` is the time of the last one that is no ARP: a kernel asks for
    its neighbour over the device that the traffic has left, up to some seconds after that.
    """

    mkpdus_valid: int
    mkpdus_invalid: int
    saks: int
    saks_not_unwrapped: int
    opened: int
    opened_readable: int
    first_seconds: float | None
    last_seconds: float | None
    last_traffic_seconds: float | None


@dataclass(frozen=True, slots=True)
class SakCount:
    """SAKs that a pair's valid MKPDUs distributed: each counted once; `not_unwrapped` are those of no use to us."""

    unwrapped: int
    not_unwrapped: int


@dataclass(frozen=True, slots=True)
class CaptureReport:
    """A capture, judged.

    `frames` is the sum of `mka`, `macsec`, `clear` and `other`. `keys` has an entry for each pair that the judge was
    given, by its CKN in lower case, zeros included. `mkpdus_strange` counts by CKN, `clear_ethertypes` by EtherType (a
    length, where it is below 0x0600). `not_opened` includes malformed MACsec frames. `cut_short` as in Capture.
    """

    frames: int
    mka: int
    macsec: int
    clear: int
    other: int
    keys: Mapping[str, KeyReport]
    mkpdus_strange: Mapping[str, int]
    mkpdus_malformed: int
    not_opened: int
    clear_ethertypes: Mapping[int, int]
    cut_short: bool
    verdicts: tuple[FrameVerdict, ...] = field(repr=False)


def report_of(verdicts: Sequence[FrameVerdict], saks: Mapping[str, SakCount], *, cut_short: bool) -> CaptureReport:
    """Return the figures of these verdicts; `saks` has an entry for every pair that the judge was given."""
    kinds = Counter(verdict.finding.kind for verdict in verdicts)
    findings = Counter(verdict.finding for verdict in verdicts)
    return CaptureReport(
        frames=len(verdicts),
        mka=kinds[Kind.MKA],
        macsec=kinds[Kind.MACSEC],
        clear=kinds[Kind.CLEAR],
        other=kinds[Kind.OTHER],
        keys={ckn: _key_report([each for each in verdicts if each.ckn == ckn], count) for ckn, count in saks.items()},
        mkpdus_strange=Counter(each.ckn or "" for each in verdicts if each.finding is Finding.MKPDU_STRANGE),
        mkpdus_malformed=findings[Finding.MKPDU_MALFORMED],
        not_opened=findings[Finding.NOT_OPENED] + findings[Finding.MACSEC_MALFORMED],
        clear_ethertypes=Counter(each.ethertype or 0 for each in verdicts if each.finding is Finding.CLEAR),
        cut_short=cut_short,
        verdicts=tuple(verdicts),
    )


def _key_report(verdicts: Sequence[FrameVerdict], saks: SakCount) -> KeyReport:
    findings = Counter(verdict.finding for verdict in verdicts)
    times = [verdict.seconds for verdict in verdicts if verdict.finding.opened]
    return KeyReport(
        mkpdus_valid=findings[Finding.MKPDU_VALID],
        mkpdus_invalid=findings[Finding.MKPDU_INVALID],
        saks=saks.unwrapped,
        saks_not_unwrapped=saks.not_unwrapped,
        opened=findings[Finding.OPENED],
        opened_readable=findings[Finding.OPENED_READABLE],
        first_seconds=min(times, default=None),
        last_seconds=max(times, default=None),
        last_traffic_seconds=max((verdict.seconds for verdict in verdicts if verdict.is_traffic), default=None),
    )


def _inner_ethertype(user_data: bytes) -> bytes:
    while user_data[:ETHERTYPE_OCTETS] in VLAN_TAGS:
        user_data = user_data[VLAN_TAG_OCTETS:]
    return user_data[:ETHERTYPE_OCTETS]
