"""The SDK's own log, kept from what it knows."""

from __future__ import annotations

import logging


def silence_sdk_debug() -> None:
    """Keep the SDK's debug lines out of every log, whatever level the process asks for.

    They hold whole requests, and Direct Connect's shape `Cak` is not marked sensitive: the CAK of an
    association would be among them. A repeat changes nothing.
    """
    for name in ("botocore", "boto3", "urllib3"):
        logging.getLogger(name).setLevel(logging.INFO)
