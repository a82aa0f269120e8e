"""The versions of key secrets by their labels, which take no decryption: of one link, or of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dxmacsec.adapters.aws_errors import SdkError, error_code
from dxmacsec.adapters.key_secret_errors import NOT_FOUND, key_secret_error
from dxmacsec.adapters.key_secret_names import link_in_name
from dxmacsec.adapters.secret_lists import MOST_DESCRIBED, secrets_with
from dxmacsec.model import KeyVersion, Label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mypy_boto3_secretsmanager.client import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

    Stages = Mapping[str, Sequence[str]]

CKN_LABEL = Label.ckn("")


def described(secrets_manager: SecretsManagerClient, name: str) -> DescribeSecretResponseTypeDef | None:
    """Describe a key secret; None when there is none of that name.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
        AccessDenied: our role may not describe it.
    """
    try:
        return secrets_manager.describe_secret(SecretId=name)
    except SdkError as error:
        if error_code(error) == NOT_FOUND:
            return None
        raise key_secret_error(error, name, "read the labels of") from error


def versions_of_many(
    secrets_manager: SecretsManagerClient, prefix: str, links: Collection[str]
) -> dict[str, tuple[KeyVersion, ...]]:
    """Read the versions of many links; one without a key secret, or whose is being deleted, is missing.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
        AccessDenied: our role may not describe or list secrets.
    """
    read = _one_by_one if len(links) <= MOST_DESCRIBED else _from_the_list
    return {link: versions_of(stages) for link, stages in read(secrets_manager, prefix, links)}


def versions_of(stages: Stages) -> tuple[KeyVersion, ...]:
    """Return the versions that labels are on."""
    return tuple(
        KeyVersion(version_id, _ckn(labels), frozenset(labels)) for version_id, labels in sorted(stages.items())
    )


def _one_by_one(
    secrets_manager: SecretsManagerClient, prefix: str, links: Collection[str]
) -> Iterator[tuple[str, Stages]]:
    for link in links:
        secret = described(secrets_manager, f"{prefix}{link}")
        if secret and "DeletedDate" not in secret:
            yield link, secret.get("VersionIdsToStages", {})


def _from_the_list(
    secrets_manager: SecretsManagerClient, prefix: str, links: Collection[str]
) -> Iterator[tuple[str, Stages]]:
    wanted = frozenset(links)
    for secret in secrets_with(secrets_manager, "name", prefix):
        link = link_in_name(secret["Name"], prefix)
        if link in wanted:
            yield link, secret.get("SecretVersionsToStages", {})


def _ckn(labels: Sequence[str]) -> str | None:
    """Return the CKN that a version's labels name; None for one that somebody wrote by hand."""
    named = (label.removeprefix(CKN_LABEL) for label in labels if label.startswith(CKN_LABEL))
    return next(named, None)
