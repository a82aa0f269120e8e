"""A pretended AWS for the adapters, and a key pair to look for in what they say."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from boto3 import Session
from moto import mock_aws

from dxmacsec.model import Cak, KeyPair

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def sdk() -> Session:
    """Return one session for all tests: what it has loaded of the SDK's models stays loaded."""
    return Session(region_name="us-east-1")


@pytest.fixture
def aws() -> Iterator[Session]:
    with mock_aws():
        yield sdk()


@pytest.fixture
def pair() -> KeyPair:
    return KeyPair(ckn="ab" * 32, cak=Cak("c0ffee15" * 8))
