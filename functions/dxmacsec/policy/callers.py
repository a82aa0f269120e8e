"""Who made a call that CloudTrail tells of: a role of ours, or somebody else.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dxmacsec.errors import BadInput

OUR_ROLE = re.compile(r"arn:[a-z-]+:iam::(\d{12}):role/dxmacsec/.+")
"""The path is in the role's own ARN only; that of its session has none."""


def made_by_us(event: object, detail: Mapping[str, object]) -> bool:
    """Tell whether a role of ours, in the very account of the event, made the call that `detail` records.

    Raises:
        BadInput: a role of ours made it, and the event names no account.
    """
    role = OUR_ROLE.fullmatch(_role_of(detail))
    if role is None:
        return False
    account = event.get("account") if isinstance(event, Mapping) else None
    if not isinstance(account, str) or not account:
        message = "account: expected text"
        raise BadInput(message)
    return role[1] == account


def _role_of(detail: Mapping[str, object]) -> str:
    """Return the ARN of the role whose session made a call; empty where no role did."""
    part: object = detail
    for name in ("userIdentity", "sessionContext", "sessionIssuer", "arn"):
        part = part.get(name) if isinstance(part, Mapping) else None
    return part if isinstance(part, str) else ""
