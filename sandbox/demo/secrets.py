"""Reading secrets as the owner of an account may; nothing of a CAK leaves this module but a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from sandbox.cloud import Account
from sandbox.cloud.vocabulary import Client


def current_ckn(account: Account, link: str) -> str | None:
    """Return the CKN in the current version of a link's key secret, None where there is no secret."""
    secrets = account.client("secretsmanager")
    try:
        current = secrets.get_secret_value(SecretId=f"{account.outputs['KeySecretPrefix']}{link}")
    except secrets.exceptions.ResourceNotFoundException:
        return None
    ckn: str | None = json.loads(current["SecretString"]).get("ckn")
    return ckn


def cak_digests(account: Account) -> frozenset[str]:
    """Return a digest of each CAK that lies in an account's secrets, Direct Connect's own included.

    Secrets that are about to be deleted can't be read, and are left out.
    """
    secrets = account.client("secretsmanager")
    pages = secrets.get_paginator("list_secrets").paginate()
    arns = [str(secret["ARN"]) for page in pages for secret in page["SecretList"]]
    return frozenset(digest for arn in arns for digest in _digests_of(secrets, arn))


def _digests_of(secrets: Client, arn: str) -> Iterator[str]:
    for version in secrets.list_secret_version_ids(SecretId=arn, IncludeDeprecated=True)["Versions"]:
        value = secrets.get_secret_value(SecretId=arn, VersionId=version["VersionId"])["SecretString"]
        cak = json.loads(value).get("cak")
        if cak:
            yield hashlib.sha256(str(cak).lower().encode()).hexdigest()
