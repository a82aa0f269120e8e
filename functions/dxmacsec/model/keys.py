"""Keys, pairs, and the versions and labels of a key secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from string import hexdigits

CHAIN_SIZE = 3
"""CKN/CAK pairs that a link's key chain holds.

https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html
"""

ASSOCIATED = "associated"

DISASSOCIATED = "disassociated"

HEX_64 = re.compile(r"[0-9a-fA-F]{64}")
MAY_BE_A_KEY = re.compile(r"[0-9a-fA-F]{32,}")

READ_FOR_ONE_SHOWN = 4
"""Characters that are looked at for each one that may be shown: masks are shorter than what they stand for."""


class Label(StrEnum):
    """Staging labels of a key secret's versions; `DxOld-…` and `DxCkn-…` carry a CKN."""

    IN_USE = "DxInUse"
    NEW = "DxNew"
    FAILED = "DxFailed"
    CURRENT = "AWSCURRENT"
    PENDING = "AWSPENDING"

    @staticmethod
    def old(ckn: str) -> str:
        """Return the label of a superseded pair that is still on the link."""
        return f"DxOld-{ckn[:8].lower()}"

    @staticmethod
    def ckn(ckn: str) -> str:
        """Return the label that names a version's CKN, so that reading it takes no decryption."""
        return f"DxCkn-{ckn.lower()}"


class ManagedSecret(StrEnum):
    """What became of the secret that Direct Connect keeps for a pair."""

    PRESENT = "present"
    SCHEDULED = "scheduled-for-deletion"
    GONE = "gone"


def same_ckn(one: str, other: str) -> bool:
    """Tell whether two CKNs are one: hexadecimal case means nothing (W25, docs/design.md)."""
    return one.lower() == other.lower()


def without_keys(text: str, limit: int) -> str:
    """Return what may be shown of a text from outside: cut, printable, and no digits that may be a CAK's.

    Somebody may have typed one where it has no place; its public half is masked with it, for nobody can tell them
    apart.
    """
    masked = MAY_BE_A_KEY.sub("…", _begun(text, READ_FOR_ONE_SHOWN * limit))
    return "".join(each if each.isprintable() else "?" for each in masked[:limit])


def _begun(text: str, bound: int) -> str:
    """Return a text's beginning; digits on which the cut falls are masked, for they may be some of a CAK's."""
    if len(text) <= bound:
        return text
    whole = text[:bound].rstrip(hexdigits)
    return whole if len(whole) == bound else f"{whole}…"


class Cak:
    """The secret half of a pair; prints as a mask and is opened in adapters only.

    It is no dataclass, because `asdict` of whatever holds one would open it. It can't be pickled, and
    having no `__dict__` it gives nothing to an encoder that asks for it.
    """

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        """Refuse what is not 64 hexadecimal digits, without ever showing it."""
        if not HEX_64.fullmatch(digits):
            message = "cak: expected 64 hexadecimal digits"
            raise ValueError(message)
        self._digits = digits

    def reveal(self) -> str:
        """Return the digits; the caller keeps them out of every log and exception."""
        return self._digits

    def masked_in(self, text: str) -> str:
        """Return a text with these digits masked, in whatever case they are written."""
        return re.sub(re.escape(self._digits), repr(self), text, flags=re.IGNORECASE)

    def __eq__(self, other: object) -> bool:
        """Tell whether both are written with the same digits."""
        return isinstance(other, Cak) and self._digits == other._digits

    def __hash__(self) -> int:
        """Hash in step with equality."""
        return hash(self._digits)

    def __deepcopy__(self, _memo: object) -> Cak:
        """Return itself: it never changes."""
        return self

    def __copy__(self) -> Cak:
        """Return itself: it never changes."""
        return self

    def __reduce_ex__(self, _protocol: object) -> str:
        """Refuse to be pickled.

        Raises:
            TypeError: always; a pickle is a place to leave a CAK.
        """
        message = "a CAK is not pickled"
        raise TypeError(message)

    def __repr__(self) -> str:
        """Print a mask."""
        return "Cak(…)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A CKN with its CAK; lives in memory only."""

    ckn: str
    cak: Cak

    def __post_init__(self) -> None:
        """Refuse a CKN that is not 64 hexadecimal digits."""
        if not HEX_64.fullmatch(self.ckn):
            message = "ckn: expected 64 hexadecimal digits"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a link's key chain, as Direct Connect lists it."""

    ckn: str
    secret_arn: str
    state: str
    start_on: str | None = None

    @property
    def associated(self) -> bool:
        """Tell whether Direct Connect validated and stored the pair; it says nothing about use."""
        return self.state == ASSOCIATED

    @property
    def held(self) -> bool:
        """Tell whether it takes a place in the chain: AWS may go on listing a removed key (W9)."""
        return self.state != DISASSOCIATED


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One version of a key secret, without its CAK; `ckn` is None when no label names it."""

    version_id: str
    ckn: str | None
    labels: frozenset[str]

    def has(self, label: str) -> bool:
        """Tell whether the version carries a label."""
        return label in self.labels


@dataclass(frozen=True, slots=True)
class NewKey:
    """The key that the rotation brings in."""

    version_id: str
    ckn: str
    secret_arn: str | None = None
    was_on_link: bool = False
    reused: bool = False


@dataclass(frozen=True, slots=True)
class OldKey:
    """A key that the rotation supersedes; `version_id` is None for an adopted one."""

    ckn: str
    secret_arn: str
    version_id: str | None = None

    @property
    def adopted(self) -> bool:
        """Tell whether the CAK is unknown to us, so that only the ARN can bring the key back."""
        return self.version_id is None
