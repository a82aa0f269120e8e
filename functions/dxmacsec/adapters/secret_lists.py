"""Many secrets at once: pages of a hundred instead of a call a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dxmacsec.adapters.aws_errors import aws_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_secretsmanager.client import SecretsManagerClient
    from mypy_boto3_secretsmanager.literals import FilterNameStringTypeType
    from mypy_boto3_secretsmanager.type_defs import SecretListEntryTypeDef

MOST_DESCRIBED = 5
"""Secrets that are asked one by one; more of them are looked up in the list."""
PAGE_SIZE = 100
"""The most that a page of ListSecrets holds.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
"""


def secrets_with(
    secrets_manager: SecretsManagerClient, key: FilterNameStringTypeType, value: str
) -> Iterator[SecretListEntryTypeDef]:
    """Yield the secrets that a filter lets pass, without those that are scheduled for deletion.

    The list may lag behind changes by five minutes, says its page of the API reference.

    Raises:
        Transient: AWS is slow, failed, or gave no answer.
        AccessDenied: our role may not list secrets.
    """
    token: dict[str, Any] = {}
    while True:
        with aws_call(f"list the secrets of {key} {value}"):
            page = secrets_manager.list_secrets(
                Filters=[{"Key": key, "Values": [value]}], MaxResults=PAGE_SIZE, **token
            )
        yield from (secret for secret in page["SecretList"] if "DeletedDate" not in secret)
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}
