"""The key hierarchy of IEEE 802.1X: from CAK and CKN to the keys that sign MKPDUs and wrap SAKs.

Clause numbers are those of IEEE Std 802.1X-2020; 6.2 and 9.3 say the same since 802.1X-2010.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

CAK_OCTETS = (16, 32)
CKN_OCTETS_AT_MOST = 32
KEY_ID_OCTETS = 16
BLOCK_OCTETS = 16
WRAPPED_SAK_OCTETS = (24, 40)


class SakNotUnwrapped(ValueError):
    """The wrapped octets are no SAK under this KEK."""


def derive_ick(cak: bytes, ckn: bytes) -> bytes:
    """Return the key that signs MKPDUs, as long as the CAK (9.3.3).

    Raises:
        ValueError: no MKA takes a CAK or a CKN of this length.
    """
    return _from_cak(cak, b"IEEE8021 ICK", ckn)


def derive_kek(cak: bytes, ckn: bytes) -> bytes:
    """Return the key that wraps SAKs, as long as the CAK (9.3.3).

    Raises:
        ValueError: no MKA takes a CAK or a CKN of this length.
    """
    return _from_cak(cak, b"IEEE8021 KEK", ckn)


def kdf(key: bytes, label: bytes, context: bytes, octets: int) -> bytes:
    """Return that many octets of the key derivation function of 6.2.1: AES-CMAC in counter mode."""
    fixed = label + b"\0" + context + (8 * octets).to_bytes(2)
    blocks = -(-octets // BLOCK_OCTETS)
    return b"".join(aes_cmac(key, bytes([number]) + fixed) for number in range(1, blocks + 1))[:octets]


def aes_cmac(key: bytes, message: bytes) -> bytes:
    """Return the AES-CMAC of RFC 4493; with an ICK, it is the ICV of an MKPDU (9.4.1)."""
    signer = CMAC(AES(key))
    signer.update(message)
    return signer.finalize()


def unwrap_sak(kek: bytes, wrapped: bytes) -> bytes:
    """Return the SAK, 16 or 32 octets, that a Distributed SAK parameter set wraps (9.8.2, RFC 3394).

    Raises:
        SakNotUnwrapped: another length, or wrapped under another KEK.
    """
    if len(wrapped) not in WRAPPED_SAK_OCTETS:
        message = f"expected {WRAPPED_SAK_OCTETS} octets, found {len(wrapped)}"
        raise SakNotUnwrapped(message)
    try:
        return aes_key_unwrap(kek, wrapped)
    except InvalidUnwrap as wrong:
        message = "wrapped under another KEK"
        raise SakNotUnwrapped(message) from wrong


def _from_cak(cak: bytes, label: bytes, ckn: bytes) -> bytes:
    if len(cak) not in CAK_OCTETS:
        message = f"CAK: expected {CAK_OCTETS} octets, found {len(cak)}"
        raise ValueError(message)
    if not 1 <= len(ckn) <= CKN_OCTETS_AT_MOST:
        message = f"CKN: expected 1 to {CKN_OCTETS_AT_MOST} octets, found {len(ckn)}"
        raise ValueError(message)
    # The first 16 octets only: two pairs whose CKNs differ later on are told apart by their CAKs.
    return kdf(cak, label, ckn[:KEY_ID_OCTETS].ljust(KEY_ID_OCTETS, b"\0"), len(cak))
