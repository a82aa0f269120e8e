"""The nouns: links, keys, routers' answers and the document that travels; the other lowest module.

Every class is frozen and made of plain values, so that a document written as JSON by one step is
the document read by the next. A CAK is in none of them but `KeyPair`, which is never serialised.
"""

from __future__ import annotations

from dxmacsec.model.documents import SCHEMA, Enforcement, Rotation
from dxmacsec.model.keys import (
    ASSOCIATED,
    CHAIN_SIZE,
    DISASSOCIATED,
    HEX_64,
    Cak,
    Key,
    KeyPair,
    KeyVersion,
    Label,
    ManagedSecret,
    NewKey,
    OldKey,
    same_ckn,
    without_keys,
)
from dxmacsec.model.links import (
    AVAILABLE,
    ENCRYPTION_UP,
    MUST_ENCRYPT,
    NO_ENCRYPT,
    SHOULD_ENCRYPT,
    Link,
    LinkKind,
    Port,
)
from dxmacsec.model.recoveries import Past, Recovery, Travelling
from dxmacsec.model.routers import RouterAnswer, RouterMode, RouterTaskKind
from dxmacsec.model.runs import PAUSED_BY_HAND, Check, Execution, Outcome, Plan, Request, RotationRun, Verdict, Watch

__all__ = [
    "ASSOCIATED",
    "AVAILABLE",
    "CHAIN_SIZE",
    "DISASSOCIATED",
    "ENCRYPTION_UP",
    "HEX_64",
    "MUST_ENCRYPT",
    "NO_ENCRYPT",
    "PAUSED_BY_HAND",
    "SCHEMA",
    "SHOULD_ENCRYPT",
    "Cak",
    "Check",
    "Enforcement",
    "Execution",
    "Key",
    "KeyPair",
    "KeyVersion",
    "Label",
    "Link",
    "LinkKind",
    "ManagedSecret",
    "NewKey",
    "OldKey",
    "Outcome",
    "Past",
    "Plan",
    "Port",
    "Recovery",
    "Request",
    "Rotation",
    "RotationRun",
    "RouterAnswer",
    "RouterMode",
    "RouterTaskKind",
    "Travelling",
    "Verdict",
    "Watch",
    "same_ckn",
    "without_keys",
]
