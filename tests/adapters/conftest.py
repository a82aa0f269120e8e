"""A pretended AWS for the adapters, and a key pair to look for in what they say."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from boto3 import Session
from moto import mock_aws
from moto.secretsmanager.models import SecretsManagerBackend

from dxmacsec.model import Cak, KeyPair

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def sdk() -> Session:
    """Return one session for all tests: what it has loaded of the SDK's models stays loaded."""
    return Session(region_name="us-east-1")


def attached(
    backend: SecretsManagerBackend,
    secret_id: str,
    client_request_token: str | None = None,
    rotation_lambda_arn: str = "",
    rotation_rules: dict[str, int] | None = None,
    rotate_immediately: bool = True,  # noqa: FBT001, FBT002 - moto's signature
) -> str:
    """Note what RotateSecret was told; moto's own calls the function at once and leaves AWSPENDING behind."""
    secret = backend.describe_secret(secret_id)
    assert (client_request_token, rotate_immediately) != (None, True)
    secret.rotation_requested = secret.rotation_enabled = True  # type: ignore[union-attr]
    secret.rotation_lambda_arn = rotation_lambda_arn  # type: ignore[union-attr]
    secret.auto_rotate_after_days = (rotation_rules or {}).get("AutomaticallyAfterDays", 0)  # type: ignore[union-attr]
    return secret.to_short_dict()  # type: ignore[union-attr]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setattr(SecretsManagerBackend, "rotate_secret", attached)
    with mock_aws():
        yield sdk()


@pytest.fixture
def dynamo(aws: Session) -> Any:  # noqa: ANN401 - the SDK makes the class at run time
    """Return a client of DynamoDB in whose account the ledger's table is."""
    client = aws.client("dynamodb")
    client.create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    return client


@pytest.fixture
def pair() -> KeyPair:
    return KeyPair(ckn="ab" * 32, cak=Cak("c0ffee15" * 8))
