"""What an MKPDU says: the octets of an EAPOL-MKA frame, taken apart by IEEE Std 802.1X-2020, clause 11.11.

Nothing here needs a key: whether the ICV is right is the judge's question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

from tests.mka.judge_parameters import (
    DistributedSak,
    Peer,
    SakUse,
    distributed_sak_of,
    expect,
    length_in,
    peers_of,
    sak_use_of,
)

ETHERNET_HEADER_OCTETS = 14
EAPOL_HEADER_OCTETS = 4
EAPOL_ETHERTYPE = 0x888E
EAPOL_MKA = 5
SET_HEADER_OCTETS = 4
BASIC_FIXED_OCTETS = 28
CKN_OCTETS_AT_MOST = 32
ICV_OCTETS = 16


class ParameterSet(IntEnum):
    """The types of parameter sets that the judge reads (Table 11-7); others are skipped."""

    LIVE_PEERS = 1
    POTENTIAL_PEERS = 2
    SAK_USE = 3
    DISTRIBUTED_SAK = 4
    ICV_INDICATOR = 255


@dataclass(frozen=True, slots=True)
class Mkpdu:
    """One MKPDU; `signed` is what the ICV is taken over: the frame from its destination address up to the ICV."""

    source: bytes
    version: int
    priority: int
    key_server: bool
    macsec_desired: bool
    macsec_capability: int
    sci: bytes
    member: bytes
    message_number: int
    algorithm: bytes
    ckn: bytes
    icv: bytes
    signed: bytes = field(repr=False)
    live_peers: tuple[Peer, ...] = ()
    potential_peers: tuple[Peer, ...] = ()
    sak_use: SakUse | None = None
    distributed_sak: DistributedSak | None = None
    has_icv_indicator: bool = False


def parse_mkpdu(frame: bytes) -> Mkpdu:
    """Return what an EAPOL-MKA frame says, whatever padding Ethernet put behind it.

    Raises:
        Malformed: no EAPOL-MKA frame, or a length in it leads out of it.
    """
    end = _end_of_pdu(frame)
    body = frame[ETHERNET_HEADER_OCTETS + EAPOL_HEADER_OCTETS : end - ICV_OCTETS]
    mkpdu, used = _basic(frame, body, end)
    for kind, flags, content in _parameter_sets(body, used):
        mkpdu = _with_set(mkpdu, kind, flags, content)
    return mkpdu


def _end_of_pdu(frame: bytes) -> int:
    """Return where the EAPOL packet ends: its ICV is the last 16 octets, indicator or not (11.11.1)."""
    start = ETHERNET_HEADER_OCTETS + EAPOL_HEADER_OCTETS
    expect(len(frame) >= start, "shorter than its headers")
    expect(int.from_bytes(frame[12:14]) == EAPOL_ETHERTYPE and frame[15] == EAPOL_MKA, "not EAPOL-MKA")
    length = int.from_bytes(frame[16:18])
    expect(start + length <= len(frame), "EAPOL says more octets than there are")
    expect(length >= SET_HEADER_OCTETS + BASIC_FIXED_OCTETS + 1 + ICV_OCTETS, "no room for CKN and ICV")
    return start + length


def _basic(frame: bytes, body: bytes, end: int) -> tuple[Mkpdu, int]:
    """Return the MKPDU as far as its basic parameter set says it, and where the next set starts."""
    length = length_in(body)
    expect(BASIC_FIXED_OCTETS < length <= BASIC_FIXED_OCTETS + CKN_OCTETS_AT_MOST, "CKN of no legal length")
    expect(SET_HEADER_OCTETS + length <= len(body), "basic parameter set longer than the MKPDU")
    mkpdu = Mkpdu(
        source=frame[6:12],
        version=body[0],
        priority=body[1],
        key_server=bool(body[2] & 0x80),
        macsec_desired=bool(body[2] & 0x40),
        macsec_capability=body[2] >> 4 & 0x3,
        sci=body[4:12],
        member=body[12:24],
        message_number=int.from_bytes(body[24:28]),
        algorithm=body[28:32],
        ckn=body[32 : SET_HEADER_OCTETS + length],
        icv=frame[end - ICV_OCTETS : end],
        signed=frame[: end - ICV_OCTETS],
    )
    return mkpdu, _padded(SET_HEADER_OCTETS + length)


def _parameter_sets(body: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield type, flags and content of every set after the basic one; each starts on a multiple of four octets."""
    while at < len(body):
        header = body[at : at + SET_HEADER_OCTETS]
        expect(len(header) == SET_HEADER_OCTETS, "octets that are no parameter set")
        content = body[at + SET_HEADER_OCTETS :][: length_in(header)]
        if header[0] == ParameterSet.ICV_INDICATOR:
            expect(len(body) == at + SET_HEADER_OCTETS, "ICV indicator that is not the last set")
            expect(length_in(header) == ICV_OCTETS, "ICV of another length")
        else:
            expect(len(content) == length_in(header), "parameter set longer than the MKPDU")
        yield header[0], header[1], content
        at += SET_HEADER_OCTETS + _padded(len(content))


def _with_set(mkpdu: Mkpdu, kind: int, flags: int, content: bytes) -> Mkpdu:
    match kind:
        case ParameterSet.LIVE_PEERS:
            return replace(mkpdu, live_peers=peers_of(content))
        case ParameterSet.POTENTIAL_PEERS:
            return replace(mkpdu, potential_peers=peers_of(content))
        case ParameterSet.SAK_USE:
            return replace(mkpdu, sak_use=sak_use_of(flags, content))
        case ParameterSet.DISTRIBUTED_SAK:
            return replace(mkpdu, distributed_sak=distributed_sak_of(flags, content))
        case ParameterSet.ICV_INDICATOR:
            return replace(mkpdu, has_icv_indicator=True)
    return mkpdu


def _padded(octets: int) -> int:
    return -(-octets // 4) * 4
