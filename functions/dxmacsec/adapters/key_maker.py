"""Key material from KMS: random bytes of certified generators, made without any key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.adapters.aws_errors import apart, aws_call
from dxmacsec.model import Cak, KeyPair

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

HALF_BYTES = 32
"""Bytes of a CKN and of a CAK: Direct Connect wants exactly 64 hexadecimal digits each.

https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html
"""


class KmsKeyMaker:
    """Pairs whose CKN and CAK are independent: the public name says nothing about the secret."""

    def __init__(self, kms: KMSClient) -> None:
        """Take a client of KMS."""
        self._kms = kms

    def pair(self) -> KeyPair:
        """Return a new pair in lower case; every call makes another one.

        https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not call GenerateRandom.
            UnknownAnswer: KMS sent another number of bytes.
        """
        return apart("make a key pair", self._pair)

    def _pair(self) -> KeyPair:
        with aws_call("make a key pair"):
            random = self._kms.generate_random(NumberOfBytes=2 * HALF_BYTES)["Plaintext"]
        return KeyPair(ckn=random[:HALF_BYTES].hex(), cak=Cak(random[HALF_BYTES:].hex()))
