"""The secrets that Direct Connect keeps for the pairs; looked at, never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.adapters.aws_errors import SdkError, error_code, translate
from dxmacsec.model import ManagedSecret

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.client import SecretsManagerClient


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
