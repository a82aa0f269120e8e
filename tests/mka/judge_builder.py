"""The opposite of the judge: makes MKPDUs, MACsec frames and capture files, for the judge's own tests.

AES-CMAC, key derivation and key wrap are written here from RFC 4493, 802.1X 6.2.1 and RFC 3394 on single AES blocks,
so that the judge and its tests don't share a mistake; `test_judge_keys` compares both with published values.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from dxmacsec.model import KeyPair
from tests.mka.judge_frames import CipherSuite

GROUP_ADDRESS = bytes.fromhex("0180c2000003")
IPV4 = bytes.fromhex("0800")
WRAP_START = bytes.fromhex("a6a6a6a6a6a6a6a6")


def aes_block(key: bytes, block: bytes) -> bytes:
    """Return one block encrypted, which is what CMAC and key wrap are made of."""
    return Cipher(AES(key), ECB()).encryptor().update(block)  # noqa: S305 - one block, no mode


def cmac(key: bytes, message: bytes) -> bytes:
    """Return the AES-CMAC of a message (RFC 4493, 2.4)."""
    subkey = _doubled(aes_block(key, bytes(16)))
    blocks = [message[at : at + 16] for at in range(0, len(message), 16)] or [b""]
    if len(blocks[-1]) < 16:
        subkey = _doubled(subkey)
        blocks[-1] = (blocks[-1] + b"\x80").ljust(16, b"\0")
    blocks[-1] = _crossed(blocks[-1], subkey)
    state = bytes(16)
    for block in blocks:
        state = aes_block(key, _crossed(state, block))
    return state


def derived(cak: bytes, label: str, ckn: bytes) -> bytes:
    """Return the ICK or KEK of a pair (802.1X, 6.2.1 and 9.3.3), label `ICK` or `KEK`."""
    bits = 8 * len(cak)
    key_id = (ckn + bytes(16))[:16]
    halves = [
        cmac(cak, struct.pack(">B13s16sH", number, b"IEEE8021 " + label.encode(), key_id, bits)) for number in (1, 2)
    ]
    return (halves[0] + halves[1])[: len(cak)]


def wrapped(kek: bytes, key: bytes) -> bytes:
    """Return a key wrapped (RFC 3394, 2.2.1, index based)."""
    check, parts = WRAP_START, [key[at : at + 8] for at in range(0, len(key), 8)]
    for turn in range(6):
        for number, part in enumerate(parts):
            both = aes_block(kek, check + part)
            check = _crossed(both[:8], (turn * len(parts) + number + 1).to_bytes(8))
            parts[number] = both[8:]
    return check + b"".join(parts)


@dataclass(frozen=True, slots=True)
class NewSak:
    """A SAK that a key server sends; `named` decides whether the cipher suite stands in the parameter set."""

    key: bytes
    association_number: int = 0
    key_number: int = 1
    suite: CipherSuite = CipherSuite.GCM_AES_128
    named: bool = False
    offset: int = 1


@dataclass(frozen=True, slots=True)
class Speaker:
    """One end of a line: says MKPDUs under one CAK and sends MACsec frames."""

    cak: bytes
    ckn: bytes
    address: bytes = bytes.fromhex("02005e000001")
    port: int = 1
    member: bytes = bytes(range(12))

    @classmethod
    def of(cls, pair: KeyPair, address: str = "02005e000001") -> Speaker:
        """Return an end that holds a pair."""
        return cls(bytes.fromhex(pair.cak.reveal()), bytes.fromhex(pair.ckn), bytes.fromhex(address))

    @property
    def sci(self) -> bytes:
        """Return the identifier of the secure channel that this end sends on."""
        return self.address + self.port.to_bytes(2)

    def mkpdu(self, *sets: bytes, number: int = 1, indicator: bool = False, padding: int = 0) -> bytes:
        """Return an EAPOL-MKA frame with these parameter sets, signed."""
        basic = struct.pack(
            ">BBH8s12sI4s", 3, 16, 0xE000 | 28 + len(self.ckn), self.sci, self.member, number, b"\0\x80\xc2\1"
        )
        body = padded(basic + self.ckn) + b"".join(sets)
        if indicator:
            body += parameter_set(255, 0, b"", length=16)
        start = GROUP_ADDRESS + self.address + struct.pack(">HBBH", 0x888E, 3, 5, len(body) + 16)
        return start + body + cmac(derived(self.cak, "ICK", self.ckn), start + body) + bytes(padding)

    def distributing(self, sak: NewSak) -> bytes:
        """Return a Distributed SAK parameter set."""
        name = sak.suite.octets if sak.named else b""
        content = sak.key_number.to_bytes(4) + name + wrapped(derived(self.cak, "KEK", self.ckn), sak.key)
        return parameter_set(4, sak.association_number << 6 | sak.offset << 4, content)

    def secured(
        self,
        sak: NewSak,
        packet_number: int,
        user_data: bytes,
        *,
        explicit_sci: bool = True,
        encrypted: bool = True,
    ) -> bytes:
        """Return a MACsec frame as Linux sends it, of a suite with packet numbers of 32 bits."""
        control = (0x20 if explicit_sci else 0) | (0x0C if encrypted else 0) | sak.association_number
        short_length = len(user_data) if len(user_data) < 48 else 0
        tag = struct.pack(">HBBI", 0x88E5, control, short_length, packet_number) + (self.sci if explicit_sci else b"")
        header = bytes.fromhex("02005e0000ff") + self.address + tag
        cipher, nonce = AESGCM(sak.key), self.sci + packet_number.to_bytes(4)
        if encrypted:
            return header + cipher.encrypt(nonce, user_data, header)
        return header + user_data + cipher.encrypt(nonce, b"", header + user_data)


def parameter_set(kind: int, flags: int, content: bytes, *, length: int | None = None) -> bytes:
    """Return a parameter set, padded; `length` is what it says of itself where that isn't the truth."""
    return padded(struct.pack(">BBH", kind, flags, len(content) if length is None else length) + content)


def peer_list(kind: int, *peers: tuple[bytes, int]) -> bytes:
    """Return a Live (1) or Potential (2) Peer List of member identifiers with message numbers."""
    return parameter_set(kind, 0, b"".join(member + number.to_bytes(4) for member, number in peers))


def padded(octets: bytes) -> bytes:
    """Return the octets up to a multiple of four."""
    return octets + bytes(-len(octets) % 4)


def pcap(frames: Sequence[tuple[float, bytes]], *, order: str = "<", nanoseconds: bool = False, link: int = 1) -> bytes:
    """Return a capture file of frames with their seconds."""
    ticks, magic = (1_000_000_000, 0xA1B23C4D) if nanoseconds else (1_000_000, 0xA1B2C3D4)
    records = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 0x40000, link)]
    for seconds, frame in frames:
        fraction = round(seconds % 1 * ticks)
        records += [struct.pack(order + "IIII", int(seconds), fraction, len(frame), len(frame)), frame]
    return b"".join(records)


def _doubled(block: bytes) -> bytes:
    """Return the block times x in the field of CMAC's subkeys."""
    number = int.from_bytes(block) << 1
    return (number & (1 << 128) - 1 ^ (0x87 if number >> 128 else 0)).to_bytes(16)


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
