"""A pretended AWS for the adapters, and a key pair to look for in what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import botocore.session
import pytest
from moto import mock_aws

from dxmacsec.model import Cak, KeyPair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.session import Session


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield botocore.session.get_session()


@pytest.fixture
def pair() -> KeyPair:
    return KeyPair(ckn="ab" * 32, cak=Cak("c0ffee15" * 8))
