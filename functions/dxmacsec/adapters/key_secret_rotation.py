"""The rotation function of a key secret: attached once, before the secret holds a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import SdkError, error_code, translate
from dxmacsec.adapters.key_secret_errors import MARKED_DELETED, key_secret_call
from dxmacsec.model import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_secretsmanager.client import SecretsManagerClient

NEVER_DUE_DAYS = 1000
"""The longest interval that Secrets Manager takes, and so the nearest to none.

Without `RotateImmediately` a rotation waits for the schedule in `RotationRules`, so some must be given. Every
new version counts as a rotation, and a key is due after 365 days at the latest: this one never comes first.
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
"""


def attach(secrets_manager: SecretsManagerClient, name: str, function_arn: str) -> None:
    """Attach the rotation function to a key secret that has none, without rotating at once.

    A function that is there stays, whosever it is, and so does a rotation that somebody cancelled: a repeat
    changes nothing. While a version is AWSPENDING nothing can be attached; the next rotation does it.

    Raises:
        KeyPairMissing: there is no such key secret.
        Transient: AWS is slow, failed, or gave no answer.
        UnknownAnswer: Secrets Manager refused, for instance because it may not call the function.
    """
    secret = _described(secrets_manager, name)
    if secret.get("RotationLambdaARN") or _is_pending(secret.get("VersionIdsToStages", {})):
        return
    try:
        secrets_manager.rotate_secret(
            SecretId=name,
            RotationLambdaARN=function_arn,
            RotationRules={"AutomaticallyAfterDays": NEVER_DUE_DAYS},
            RotateImmediately=False,
        )
    except SdkError as error:
        # A call whose answer was lost is repeated by the SDK, and meets the version that the first one tests with.
        if error_code(error) == MARKED_DELETED and _described(secrets_manager, name).get("RotationLambdaARN"):
            return
        raise translate(error, f"attach the rotation function to the key secret {name}") from error


def is_enabled(secrets_manager: SecretsManagerClient, name: str) -> bool:
    """Tell whether rotation is enabled for a key secret.

    Raises:
        KeyPairMissing: there is no such key secret.
        Transient: AWS is slow, failed, or gave no answer.
    """
    return bool(_described(secrets_manager, name).get("RotationEnabled", False))


def _described(secrets_manager: SecretsManagerClient, name: str) -> Mapping[str, Any]:
    with key_secret_call(name, "read the rotation of"):
        return secrets_manager.describe_secret(SecretId=name)


def _is_pending(stages: Mapping[str, list[str]]) -> bool:
    return any(Label.PENDING in labels and Label.CURRENT not in labels for labels in stages.values())
