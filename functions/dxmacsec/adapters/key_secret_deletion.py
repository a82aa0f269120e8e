"""The end of a key secret: as late as Secrets Manager allows, so that a person may take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.adapters.aws_errors import SdkError, error_code
from dxmacsec.adapters.key_secret_errors import MARKED_DELETED, NOT_FOUND, key_secret_error

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.client import SecretsManagerClient

RECOVERY_DAYS = 30
"""The longest that Secrets Manager keeps a deleted secret.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
"""


def schedule(secrets_manager: SecretsManagerClient, name: str) -> None:
    """Schedule a key secret for deletion; one that is scheduled or not there stays as it is.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
        AccessDenied: our role may not delete it.
    """
    try:
        secrets_manager.delete_secret(SecretId=name, RecoveryWindowInDays=RECOVERY_DAYS)
    except SdkError as error:
        if error_code(error) not in {NOT_FOUND, MARKED_DELETED}:
            raise key_secret_error(error, name, "schedule the deletion of") from error
