"""Key secrets, the secrets that Direct Connect keeps, and where key material comes from."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from dxmacsec.model import KeyPair, KeyVersion, ManagedSecret


class KeySecrets(Protocol):
    """Our own key secrets in Secrets Manager, one a link."""

    def versions(self, link_id: str) -> tuple[KeyVersion, ...] | None:
        """Read the labelled versions, without their CAKs; None when the link has no key secret."""
        ...

    def labelled(self, links: Collection[str]) -> dict[str, tuple[KeyVersion, ...]]:
        """Read the labelled versions of many key secrets; a link without one, or whose is being deleted, is missing."""
        ...

    def schedule_deletion(self, link_id: str) -> None:
        """Schedule the key secret of a link that is no more for deletion, as late as Secrets Manager allows.

        One that is scheduled or not there stays as it is.
        """
        ...

    def create(self, link_id: str) -> None:
        """Make the key secret with its placeholder version and attach the rotation function.

        One that is there stays as it is; a function that somebody attached to it stays, too.
        """
        ...

    def link_of(self, secret_id: str) -> str | None:
        """Return the link that a key secret's name or ARN is for; None for anybody else's secret."""
        ...

    def rotates(self, link_id: str) -> bool:
        """Tell whether rotation by Secrets Manager is enabled for the link's key secret."""
        ...

    def pair(self, link_id: str, version_id: str) -> KeyPair:
        """Read a pair.

        Raises:
            KeyPairMissing: no such version.
            BadKeyPair: the version's JSON is not a pair.
        """
        ...

    def put(self, link_id: str, version_id: str, pair: KeyPair, labels: frozenset[str]) -> None:
        """Store a pair as a version with labels; the same version with the same pair is a no-op."""
        ...

    def label(self, link_id: str, version_id: str, label: str) -> None:
        """Put a label on a version, taking it from whichever version has it."""
        ...

    def unlabel(self, link_id: str, version_id: str, label: str) -> None:
        """Take a label off a version; a version without it stays as it is."""
        ...


class ManagedSecrets(Protocol):
    """The secrets that Direct Connect keeps for the pairs."""

    def state(self, secret_arn: str) -> ManagedSecret:
        """Tell whether a managed secret is there, scheduled for deletion, or gone."""
        ...

    def states(self, secret_arns: Collection[str]) -> dict[str, ManagedSecret]:
        """Tell the same of many; one that our role may not describe is missing."""
        ...


class KeyMaker(Protocol):
    """Where key material comes from."""

    def pair(self) -> KeyPair:
        """Return a new pair: 32 random bytes for the CKN and 32 others for the CAK."""
        ...
