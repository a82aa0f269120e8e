"""Links, keys and versions for decisions, in few words."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dxmacsec.model import (
    ASSOCIATED,
    AVAILABLE,
    ENCRYPTION_UP,
    MUST_ENCRYPT,
    SCHEMA,
    Key,
    KeyVersion,
    Label,
    Link,
    LinkKind,
    NewKey,
    OldKey,
    Port,
    Request,
    Rotation,
    Verdict,
)
from dxmacsec.policy.situation import Situation

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LINK_ID = "dxcon-fg5678gh"
LAG = timedelta(seconds=300)
DOWN = "Encryption Down"


def ckn(name: str) -> str:
    """Return the CKN that goes by a short name."""
    return hashlib.sha256(name.encode()).hexdigest()


def a_key(name: str, state: str = ASSOCIATED, start_on: str | None = "2026-01-01") -> Key:
    """Return a key of the chain."""
    return Key(ckn(name), f"arn:{name}", state, start_on)


def a_port(connection_id: str = LINK_ID, state: str = AVAILABLE, encryption: str = ENCRYPTION_UP) -> Port:
    """Return a port."""
    return Port(connection_id, state, encryption, None)


def a_link(*keys: Key, ports: tuple[Port, ...] = (a_port(),), **fields: Any) -> Link:  # noqa: ANN401
    """Return an available connection in must_encrypt."""
    link = Link(LINK_ID, LinkKind.CONNECTION, AVAILABLE, MUST_ENCRYPT, True, keys, ports)  # noqa: FBT003
    return replace(link, **fields)


def a_version(name: str, *labels: str) -> KeyVersion:
    """Return a version that holds the pair of a short name."""
    return KeyVersion(f"version-{name}", ckn(name), frozenset({Label.ckn(ckn(name)), *labels}))


def a_situation(*keys: Key, **fields: Any) -> Situation:  # noqa: ANN401
    """Return a situation in which everything is well."""
    link = fields.pop("link", None) or a_link(*keys)
    return Situation(link=link, versions=fields.pop("versions", ()), request=Request(link.id), now=NOW, **fields)


def new_key(name: str = "new", **fields: Any) -> NewKey:  # noqa: ANN401
    """Return the key that comes in."""
    return NewKey(f"version-{name}", ckn(name), **fields)


def old_key(name: str = "old", *, adopted: bool = False) -> OldKey:
    """Return a key that goes."""
    return OldKey(ckn(name), f"arn:{name}", None if adopted else f"version-{name}")


def a_rotation(next_: str = "succeed", **fields: Any) -> Rotation:  # noqa: ANN401
    """Return the document of a rotation."""
    document = Rotation(SCHEMA, "r1", "arn:r1", fields.pop("request", Request(LINK_ID)), NOW, LINK_ID, Verdict(next_))
    return replace(document, **fields)
