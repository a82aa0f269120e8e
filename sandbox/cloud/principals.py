"""Who calls: one access key for each role of each account, so that every recorded call names its caller."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field

from sandbox.cloud.account import ACCOUNT_ID
from sandbox.cloud.caller import PERSON, Caller

__all__ = ["PERSON", "Credentials", "Principals", "role_name", "role_path"]


@dataclass(frozen=True)
class Credentials:
    """Credentials of a principal; they open nothing outside the sandbox."""

    access_key_id: str
    secret_access_key: str = field(default="sandbox", repr=False)
    session_token: str = field(default="sandbox", repr=False)


def role_name(role_arn: str) -> str:
    """Return the role's name: the last part of its ARN."""
    return role_arn.rsplit("/", 1)[-1]


def role_path(role_arn: str) -> str:
    """Return the path that a role is on, with a slash at both ends.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    path = role_arn.partition(":role/")[2].rpartition("/")[0]
    return f"/{path}/" if path else "/"


class Principals:
    """The access keys handed out so far, and whose they are."""

    def __init__(self) -> None:
        """Start with nobody known."""
        self._callers: dict[str, Caller] = {}
        self._lock = threading.Lock()

    def credentials(self, principal: str, session: str = "", path: str = "/", account: str = ACCOUNT_ID) -> Credentials:
        """Return the credentials of an account's principal in a session, the same ones each time; `path` is its role's.

        The key id has the form that AWS gives to temporary credentials (ASIA and 16 characters).
        """
        caller = Caller(principal, session, path=path, account=account)
        named = f"{account}/{principal}/{caller.session}"
        key_id = "ASIA" + hashlib.sha256(named.encode()).hexdigest()[:16].upper()
        self.assumed(key_id, caller)
        return Credentials(key_id)

    def assumed(self, access_key_id: str, caller: Caller) -> None:
        """Note whose an access key is that somebody else handed out, such as the STS."""
        with self._lock:
            self._callers[access_key_id] = caller

    def caller_of(self, access_key_id: str | None, user_agent: str = "") -> Caller:
        """Return who calls with this key and program; a key of nobody known is a person's, in the first account."""
        with self._lock:
            known = self._callers.get(access_key_id or "", Caller(PERSON))
        return Caller(known, known.session, user_agent, known.path, known.account)
