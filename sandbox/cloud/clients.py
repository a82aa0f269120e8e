"""boto3 clients that call the sandbox, one for each service and caller."""

from __future__ import annotations

import threading
from typing import Any

import boto3
from botocore.config import Config

from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.principals import Principals
from sandbox.cloud.vocabulary import Client

LONGEST_CALL_SECONDS = 960
"""A little more than the longest run of a function, which is 15 minutes."""


class Clients:
    """Makes clients and keeps them: making one costs tens of milliseconds."""

    def __init__(self, endpoint: str, principals: Principals) -> None:
        """Remember where the sandbox listens and who is known."""
        self._endpoint, self._principals = endpoint, principals
        self._made: dict[tuple[str, str, str], Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str, principal: str, account: str = ACCOUNT_ID) -> Client:
        """Return the client of a service for a caller of an account; clients may be shared between threads."""
        with self._lock:
            key = (service, principal, account)
            if key not in self._made:
                self._made[key] = self._make(service, principal, account)
            return self._made[key]

    def _make(self, service: str, principal: str, account: str) -> Client:
        credentials = self._principals.credentials(principal, account=account)
        session = boto3.session.Session(
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            aws_session_token=credentials.session_token,
            region_name=REGION,
        )
        config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"},
            read_timeout=LONGEST_CALL_SECONDS,
            max_pool_connections=50,
            s3={"addressing_style": "path"},
        )
        return session.client(service, endpoint_url=self._endpoint, config=config)  # type: ignore[call-overload]
