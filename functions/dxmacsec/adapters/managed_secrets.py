"""The secrets that Direct Connect keeps for the pairs; looked at, never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.adapters.aws_errors import SdkError, error_code, translate
from dxmacsec.adapters.secret_lists import MOST_DESCRIBED, secrets_with
from dxmacsec.errors import AccessDenied
from dxmacsec.model import ManagedSecret

if TYPE_CHECKING:
    from collections.abc import Collection

    from mypy_boto3_secretsmanager.client import SecretsManagerClient

OWNING_SERVICE = "directconnect"
"""Who owns the managed secrets, as ListSecrets filters them.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html
"""


class AwsManagedSecrets:
    """Whether a pair could be associated again by its `secretARN` (W7, W22)."""

    def __init__(self, secrets_manager: SecretsManagerClient) -> None:
        """Take a client of Secrets Manager."""
        self._secrets_manager = secrets_manager

    def state(self, secret_arn: str) -> ManagedSecret:
        """Tell whether a managed secret is there, scheduled for deletion, or gone.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not describe it.
        """
        try:
            secret = self._secrets_manager.describe_secret(SecretId=secret_arn)
        except SdkError as error:
            if error_code(error) == "ResourceNotFoundException":
                return ManagedSecret.GONE
            raise translate(error, f"read the managed secret {secret_arn}") from error
        return ManagedSecret.SCHEDULED if "DeletedDate" in secret else ManagedSecret.PRESENT

    def states(self, secret_arns: Collection[str]) -> dict[str, ManagedSecret]:
        """Tell the same of many; one that our role may not describe is missing.

        One that the list shows is there. What it doesn't show is asked for by itself: it may be scheduled for
        deletion, younger than the list, or of another owner or name than we think (W29): of such a one nobody
        can say anything, and the others are not kept from being looked at.

        Raises:
            Transient: AWS is slow, failed, or gave no answer.
            AccessDenied: our role may not list them.
        """
        shown: frozenset[str] = frozenset()
        if len(secret_arns) > MOST_DESCRIBED:
            shown = frozenset(
                each["ARN"] for each in secrets_with(self._secrets_manager, "owning-service", OWNING_SERVICE)
            )
        found = ((arn, ManagedSecret.PRESENT if arn in shown else self._state_if_ours(arn)) for arn in secret_arns)
        return {arn: state for arn, state in found if state}

    def _state_if_ours(self, secret_arn: str) -> ManagedSecret | None:
        """Return the state of a managed secret, None where its name is not one that our role may describe (W29)."""
        try:
            return self.state(secret_arn)
        except AccessDenied:
            return None
