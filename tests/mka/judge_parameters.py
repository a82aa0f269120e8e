"""The parameter sets of an MKPDU that matter to the judge, by IEEE Std 802.1X-2020, clause 11.11.

The lowest of the judge's modules: it knows octets only.
"""

from __future__ import annotations

from dataclasses import dataclass

PEER_OCTETS = 16
SAK_USE_OCTETS = 40
UNNAMED_SAK_OCTETS = 28
NAMED_SAK_OCTETS = (36, 52)


class Malformed(ValueError):
    """The octets are not what the standard asks for."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody that the sender heard: member identifier and the last message number."""

    member: bytes
    message_number: int


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """One of the two keys of a SAK Use parameter set."""

    association_number: int
    transmits: bool
    receives: bool
    key_server: bytes
    key_number: int
    lowest_packet_number: int


@dataclass(frozen=True, slots=True)
class SakUse:
    """The latest and the old SAK of the sender."""

    latest: KeyInUse
    old: KeyInUse


@dataclass(frozen=True, slots=True)
class DistributedSak:
    """A SAK on its way; `cipher_suite` is None where the set leaves it out, which means GCM-AES-128.

    `confidentiality_offset` is the field's value: 0 integrity only, 1, 2 and 3 for offsets of 0, 30 and 50 octets.
    """

    association_number: int
    confidentiality_offset: int
    key_number: int
    cipher_suite: bytes | None
    wrapped: bytes


def peers_of(content: bytes) -> tuple[Peer, ...]:
    """Return the peers of a Live or Potential Peer List (Figure 11-9).

    Raises:
        Malformed: no whole number of peers.
    """
    expect(len(content) % PEER_OCTETS == 0, "peer list that is no list of peers")
    entries = [content[at : at + PEER_OCTETS] for at in range(0, len(content), PEER_OCTETS)]
    return tuple(Peer(entry[:12], int.from_bytes(entry[12:])) for entry in entries)


def sak_use_of(flags: int, content: bytes) -> SakUse | None:
    """Return both keys, or None from the empty set that a sender without MACsec sends (Figure 11-10).

    Raises:
        Malformed: neither empty nor of 40 octets.
    """
    if not content:
        return None
    expect(len(content) == SAK_USE_OCTETS, "SAK Use of no legal length")
    return SakUse(latest=_key_in_use(flags >> 4, content[:20]), old=_key_in_use(flags & 0xF, content[20:]))


def _key_in_use(flags: int, content: bytes) -> KeyInUse:
    return KeyInUse(
        association_number=flags >> 2,
        transmits=bool(flags & 0x2),
        receives=bool(flags & 0x1),
        key_server=content[:12],
        key_number=int.from_bytes(content[12:16]),
        lowest_packet_number=int.from_bytes(content[16:20]),
    )


def distributed_sak_of(flags: int, content: bytes) -> DistributedSak | None:
    """Return the SAK, or None from the empty set that says: no MACsec (Figures 11-11 and 11-12).

    28 octets are a GCM-AES-128 SAK without its suite's name; 36 and 52 name the suite first.

    Raises:
        Malformed: another length.
    """
    if not content:
        return None
    expect(len(content) in {UNNAMED_SAK_OCTETS, *NAMED_SAK_OCTETS}, "Distributed SAK of no legal length")
    named = len(content) in NAMED_SAK_OCTETS
    return DistributedSak(
        association_number=flags >> 6,
        confidentiality_offset=flags >> 4 & 0x3,
        key_number=int.from_bytes(content[:4]),
        cipher_suite=content[4:12] if named else None,
        wrapped=content[12:] if named else content[4:],
    )


def length_in(header: bytes) -> int:
    """Return the twelve bits that every parameter set keeps its length in."""
    return (header[2] & 0xF) << 8 | header[3]


def expect(fine: bool, otherwise: str) -> None:  # noqa: FBT001 - it reads as an assertion
    """Do nothing if it is fine.

    Raises:
        Malformed: it is not; `otherwise` says what.
    """
    if not fine:
        raise Malformed(otherwise)
