"""A key pair as both ends hold it; the lowest module of the twin, it knows no other."""

from __future__ import annotations

from dataclasses import dataclass


class Cak:
    """The secret half of a key, which prints as a mask and compares without regard to hex case."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Wrap the hex digits of a CAK."""
        self._text = text

    def reveal(self) -> str:
        """Return the hex digits, for the one place that must store them."""
        return self._text

    def __eq__(self, other: object) -> bool:
        """Say whether both hold the same key material."""
        return isinstance(other, Cak) and self._text.casefold() == other._text.casefold()

    def __hash__(self) -> int:
        """Hash in step with equality."""
        return hash(self._text.casefold())

    def __repr__(self) -> str:
        """Print a mask, never the digits."""
        return "Cak(…)"


@dataclass(frozen=True, eq=False)
class Pair:
    """A CKN with its CAK; two pairs make a session only if both halves are equal."""

    ckn: str
    cak: Cak

    @property
    def name(self) -> str:
        """The CKN in the one case by which it is compared (W25)."""
        return self.ckn.casefold()

    def __eq__(self, other: object) -> bool:
        """Compare both halves: the same CKN with another CAK fails its ICV check (section 8)."""
        return isinstance(other, Pair) and (self.name, self.cak) == (other.name, other.cak)

    def __hash__(self) -> int:
        """Hash in step with equality."""
        return hash((self.name, self.cak))
