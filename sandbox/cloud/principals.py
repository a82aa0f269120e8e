"""Who calls: one access key a role, so that every recorded call names its caller."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field

PERSON = "person"
"""The caller of requests whose key belongs to no role: a terminal, a script, a test."""


@dataclass(frozen=True)
class Credentials:
    """Credentials of a principal; they open nothing outside the sandbox."""

    access_key_id: str
    secret_access_key: str = field(default="sandbox", repr=False)
    session_token: str = field(default="sandbox", repr=False)


def role_name(role_arn: str) -> str:
    """Return the role's name: the last part of its ARN."""
    return role_arn.rsplit("/", 1)[-1]


class Principals:
    """The access keys handed out so far, and whose they are."""

    def __init__(self) -> None:
        """Start with nobody known."""
        self._names: dict[str, str] = {}
        self._lock = threading.Lock()

    def credentials(self, principal: str) -> Credentials:
        """Return the credentials of a principal, the same ones each time.

        The key id has the form that AWS gives to temporary credentials (ASIA and 16 characters).
        """
        key_id = "ASIA" + hashlib.sha256(principal.encode()).hexdigest()[:16].upper()
        with self._lock:
            self._names[key_id] = principal
        return Credentials(key_id)

    def name_of(self, access_key_id: str | None) -> str:
        """Return whose key this is; a key never handed out belongs to a person."""
        with self._lock:
            return self._names.get(access_key_id or "", PERSON)
