"""MACsec frames: taken apart and opened, by IEEE Std 802.1AE-2018."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.mka.judge_parameters import Malformed

MACSEC_ETHERTYPE = 0x88E5
ADDRESS_OCTETS = 12
SECTAG_OCTETS = 8
SCI_OCTETS = 8
ICV_OCTETS = 16
SHORT_AT_MOST = 47
SSCIS_OF_TWO_PEERS = (1, 2)

VERSION_BIT, END_STATION_BIT, SCI_BIT, ENCRYPTION_BIT = 0x80, 0x40, 0x20, 0x08


class CipherSuite(Enum):
    """The suites of 802.1AE, Table 14-1: name, length of the SAK, and whether packet numbers have 64 bits."""

    GCM_AES_128 = ("0080c20001000001", 16, False)
    GCM_AES_256 = ("0080c20001000002", 32, False)
    GCM_AES_XPN_128 = ("0080c20001000003", 16, True)
    GCM_AES_XPN_256 = ("0080c20001000004", 32, True)

    def __init__(self, name: str, sak_octets: int, extended: bool) -> None:  # noqa: FBT001 - Enum gives by position
        """Take the row apart."""
        self.octets = bytes.fromhex(name)
        self.sak_octets = sak_octets
        self.extended = extended

    @classmethod
    def named(cls, octets: bytes | None) -> CipherSuite | None:
        """Return the suite of that name, GCM-AES-128 for None (that is how MKA leaves it out), None if unknown."""
        if octets is None:
            return cls.GCM_AES_128
        return next((suite for suite in cls if suite.octets == octets), None)


@dataclass(frozen=True, slots=True)
class Sak:
    """A SAK in clear, and the CKN under which it was distributed; `salt` matters to extended packet numbers only."""

    ckn: str
    association_number: int
    suite: CipherSuite
    key: bytes = field(repr=False)
    salt: bytes = bytes(12)


@dataclass(frozen=True, slots=True)
class SecuredFrame:
    """A MACsec frame: `header` is addresses and SecTAG, `secure_data` what follows it up to the ICV."""

    header: bytes
    encrypted: bool
    association_number: int
    packet_number: int
    sci: bytes
    secure_data: bytes
    icv: bytes


def parse_secured(frame: bytes) -> SecuredFrame:
    """Return the parts of a MACsec frame, without the padding behind a short one (9.7).

    Without an SCI in the SecTAG it is the source address and port 1 (9.9).

    Raises:
        Malformed: no MACsec frame of this version, or shorter than it says.
    """
    if len(frame) < ADDRESS_OCTETS + SECTAG_OCTETS or int.from_bytes(frame[12:14]) != MACSEC_ETHERTYPE:
        message = "no SecTAG"
        raise Malformed(message)
    control, short_length = frame[14], frame[15]
    if control & VERSION_BIT or short_length > SHORT_AT_MOST or (control & END_STATION_BIT and control & SCI_BIT):
        message = "SecTAG that no SecY sends"
        raise Malformed(message)
    start = ADDRESS_OCTETS + SECTAG_OCTETS + (SCI_OCTETS if control & SCI_BIT else 0)
    end = start + short_length if short_length else len(frame) - ICV_OCTETS
    if end <= start or end + ICV_OCTETS > len(frame):
        message = "shorter than it says"
        raise Malformed(message)
    return SecuredFrame(
        header=frame[:start],
        encrypted=bool(control & ENCRYPTION_BIT),
        association_number=control & 0x3,
        packet_number=int.from_bytes(frame[16:20]),
        sci=frame[20:28] if control & SCI_BIT else frame[6:12] + b"\0\1",
        secure_data=frame[start:end],
        icv=frame[end : end + ICV_OCTETS],
    )


def open_frame(frame: SecuredFrame, sak: Sak) -> bytes | None:
    """Return the user data from its EtherType on, or None when the SAK is not the frame's.

    Only a confidentiality offset of 0 is known. A SAK of an XPN suite is tried as between two peers, with the upper
    half of the packet number 0.
    """
    if frame.association_number != sak.association_number:
        return None
    tries = (open_with(frame, sak.key, nonce) for nonce in _nonces(frame, sak))
    return next((user_data for user_data in tries if user_data is not None), None)


def open_with(frame: SecuredFrame, key: bytes, nonce: bytes) -> bytes | None:
    """Return the user data, or None when key and nonce are not the frame's (14.5).

    Encrypted or not, the ICV covers addresses, SecTAG and user data.
    """
    cipher = AESGCM(key)
    try:
        if frame.encrypted:
            return cipher.decrypt(nonce, frame.secure_data + frame.icv, frame.header)
        cipher.decrypt(nonce, frame.icv, frame.header + frame.secure_data)
    except InvalidTag:
        return None
    return frame.secure_data


def short_nonce(sci: bytes, packet_number: int) -> bytes:
    """Return the nonce of a suite with packet numbers of 32 bits (14.5)."""
    return sci + packet_number.to_bytes(4)


def extended_nonce(salt: bytes, ssci: int, packet_number: int) -> bytes:
    """Return the nonce of an XPN suite: the packet number has 64 bits (14.7)."""
    plain = ssci.to_bytes(4) + packet_number.to_bytes(8)
    return bytes(one ^ other for one, other in zip(plain, salt, strict=True))


def salt_of(key_server: bytes, key_number: int) -> bytes:
    """Return the salt of a SAK of an XPN suite, from its key server's member identifier (10.7.8).

    The identifier, its first two octets crossed with the lower half of the key number, the next two with the upper.
    """
    number = key_number.to_bytes(4)
    mask = number[2:] + number[:2] + bytes(8)
    return bytes(one ^ other for one, other in zip(key_server, mask, strict=True))


def _nonces(frame: SecuredFrame, sak: Sak) -> Iterator[bytes]:
    if not sak.suite.extended:
        yield short_nonce(frame.sci, frame.packet_number)
        return
    for ssci in SSCIS_OF_TWO_PEERS:
        yield extended_nonce(sak.salt, ssci, frame.packet_number)
