"""The managed secrets: one service-owned secret a pair, which the account's owner sees and may delete."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sandbox.twin.pair import Cak, Pair

if TYPE_CHECKING:
    from datetime import datetime


class ManagedSecretStore(Protocol):
    """Secrets Manager as Direct Connect uses it (section 3 of the reference)."""

    def create(self, name: str, ckn: str, cak: str) -> str:
        """Store a pair under `name` and return its ARN.

        Repeating it is safe: a secret of that name is written over, and a scheduled deletion cancelled.
        """
        ...

    def read(self, arn: str) -> Pair | None:
        """Return the pair in the secret, or None where it is gone, scheduled for deletion, or no pair."""
        ...

    def deletion_requested_at(self, arn: str) -> datetime | None:
        """Return since when the secret is scheduled for deletion or gone; None while it is kept."""
        ...

    def schedule_deletion(self, arn: str, now: datetime) -> None:
        """Schedule the secret for deletion. Repeating it changes nothing."""
        ...

    def delete(self, arn: str, now: datetime) -> None:
        """Delete the secret at once. Repeating it changes nothing."""
        ...


@dataclass
class _Entry:
    name: str
    pair: Pair
    deletion_requested_at: datetime | None = None
    gone: bool = False


class InMemoryManagedSecrets:
    """A ManagedSecretStore in a dictionary, with what a person in the console can do to it."""

    def __init__(self, region: str = "us-east-1", account_id: str = "123456789012") -> None:
        """Start empty; `region` and `account_id` are for the ARNs."""
        self._arn_prefix = f"arn:aws:secretsmanager:{region}:{account_id}:secret:"
        self._entries: dict[str, _Entry] = {}

    def create(self, name: str, ckn: str, cak: str) -> str:
        """Store a pair under `name` and return its ARN, the same one for the same name while it lives."""
        arn = next((arn for arn, entry in self._entries.items() if entry.name == name and not entry.gone), "")
        arn = arn or self._fresh_arn(name)
        self._entries[arn] = _Entry(name, Pair(ckn, Cak(cak)))
        return arn

    def read(self, arn: str) -> Pair | None:
        """Return the pair, or None where it is gone or scheduled for deletion."""
        entry = self._entries.get(arn)
        return entry.pair if entry and entry.deletion_requested_at is None else None

    def deletion_requested_at(self, arn: str) -> datetime | None:
        """Return since when the secret is scheduled for deletion or gone."""
        entry = self._entries.get(arn)
        return entry.deletion_requested_at if entry else None

    def schedule_deletion(self, arn: str, now: datetime) -> None:
        """Schedule the deletion, as DeleteSecret with a recovery window does."""
        entry = self._entries[arn]
        entry.deletion_requested_at = entry.deletion_requested_at or now

    def delete(self, arn: str, now: datetime) -> None:
        """Delete at once, as DeleteSecret without recovery does."""
        self.schedule_deletion(arn, now)
        self._entries[arn].gone = True

    def restore(self, arn: str) -> None:
        """Cancel a scheduled deletion, as RestoreSecret does.

        Raises:
            KeyError: the secret is gone.
        """
        if self._entries[arn].gone:
            raise KeyError(arn)
        self._entries[arn].deletion_requested_at = None

    def arns(self) -> tuple[str, ...]:
        """Return the ARNs of all secrets that are not gone."""
        return tuple(arn for arn, entry in self._entries.items() if not entry.gone)

    def _fresh_arn(self, name: str) -> str:
        digest = hashlib.sha256(f"{name}/{len(self._entries)}".encode()).hexdigest()
        return f"{self._arn_prefix}{name}-{digest[:6]}"
