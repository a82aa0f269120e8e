"""From the name or ARN of a secret to the link that it is for."""

from __future__ import annotations

import re

from dxmacsec.policy.request import LINK_ID

ARN = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:(?P<name>.+)-[A-Za-z0-9]{6}")
"""Secrets Manager ends an ARN with a hyphen and six characters of its own.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
"""


def link_in_name(secret_id: str, prefix: str) -> str | None:
    """Return the link of a key secret with this prefix; None for anybody else's secret."""
    arn = ARN.fullmatch(secret_id)
    name = arn["name"] if arn else secret_id
    if not name.startswith(prefix):
        return None
    link_id = name.removeprefix(prefix)
    return link_id if LINK_ID.fullmatch(link_id) else None
