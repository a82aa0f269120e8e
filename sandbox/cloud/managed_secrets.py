"""Direct Connect's managed secrets, kept in the account's Secrets Manager where its owner sees them.

What breaks when moto moves: `create_managed_secret` and the fields of its secrets.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime

from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.moto_patches.mending import private
from sandbox.cloud.vocabulary import Private
from sandbox.twin.clock import Clock
from sandbox.twin.pair import Cak, Pair

OWNER = "directconnect"
"""The OwningService that DescribeSecret shows."""


class ManagedSecrets:
    """The twin's ManagedSecretStore on moto's Secrets Manager; deletions are timed by the twin's clock."""

    def __init__(self, clock: Clock, account: str = ACCOUNT_ID) -> None:
        """Start in an account with no deletion noted."""
        self._clock, self._account = clock, account
        self._deletions: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def create(self, name: str, ckn: str, cak: str) -> str:
        """Store a pair and return its ARN.

        Repeating it is safe: a secret of that name is written over, and a scheduled deletion cancelled.
        """
        text, backend = json.dumps({"ckn": ckn, "cak": cak}), self._backend()
        secret = backend.create_managed_secret(OWNER, name, secret_string=text)
        if secret.is_deleted():
            backend.restore_secret(secret.arn)
        return str(secret.arn)

    def read(self, arn: str) -> Pair | None:
        """Return the pair in the secret, or None where it is gone, scheduled for deletion, or no pair."""
        backend = self._backend()
        if arn not in backend.secrets or backend.secrets[arn].is_deleted():
            return None
        secret = backend.secrets[arn]
        value = secret.versions[secret.default_version_id].get("secret_string", "")
        try:
            document = json.loads(value)
            return Pair(str(document["ckn"]), Cak(str(document["cak"])))
        except (ValueError, KeyError, TypeError):
            return None

    def deletion_requested_at(self, arn: str) -> datetime | None:
        """Return since when the secret is scheduled for deletion or gone; None while it is kept."""
        with self._lock:
            return self._deletions.get(arn)

    def schedule_deletion(self, arn: str, now: datetime) -> None:
        """Schedule the secret for deletion at the twin's `now`. Repeating it changes nothing."""
        backend = self._backend()
        if arn in backend.secrets and not backend.secrets[arn].is_deleted():
            self._note(arn, now)
            backend.delete_secret(arn, recovery_window_in_days=30, force_delete_without_recovery=False)

    def delete(self, arn: str, now: datetime) -> None:
        """Delete the secret at once. Repeating it changes nothing."""
        backend = self._backend()
        if arn in backend.secrets:
            self._note(arn, now)
            backend.delete_secret(arn, recovery_window_in_days=None, force_delete_without_recovery=True)

    def deletion(self, arn: str, *, requested: bool) -> None:
        """Note what somebody asked Secrets Manager to do with a secret."""
        if requested:
            self._note(arn, self._clock.now())
            return
        with self._lock:
            self._deletions.pop(arn, None)

    def _note(self, arn: str, now: datetime) -> None:
        with self._lock:
            self._deletions.setdefault(arn, now)

    def _backend(self) -> Private:
        return private("moto.secretsmanager.models").secretsmanager_backends[self._account][REGION]
