"""What Direct Connect's errors mean: the only table in the product that reads an error's text.

The service has two error codes and tells everything else in words. The words are those that were seen
in the wild (docs/design.md); any other refusal is an UnknownAnswer, and people decide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from dxmacsec.adapters.aws_errors import error_code, error_text, translate
from dxmacsec.errors import LinkNotFound, PortChanging, ServiceFault, Throttled

if TYPE_CHECKING:
    from dxmacsec.errors import DxMacsecError

CLIENT_EXCEPTION = "DirectConnectClientException"
SERVER_EXCEPTION = "DirectConnectServerException"

KNOWN_TEXTS: tuple[tuple[re.Pattern[str], type[DxMacsecError]], ...] = (
    (re.compile(r"could not find (a )?(connection|lag|interconnect)\b", re.IGNORECASE), LinkNotFound),
    # Adding or removing a key moves the port to `pending`, which takes no other change (W1).
    (re.compile(r"\bnot in available state\b", re.IGNORECASE), PortChanging),
    # Throttling may come as a client exception with words only (W10).
    (re.compile(r"\b(rate exceeded|throttl\w*|too many requests|slow down)\b", re.IGNORECASE), Throttled),
)


def direct_connect_error(error: BaseException, doing: str) -> DxMacsecError:
    """Return our error for a failed call of Direct Connect.

    A ServerException is AWS's own fault by its name: the documented HTTP status is 400 in one place and
    500 in another (W24).
    """
    if isinstance(error, ClientError):
        code, text = error_code(error), error_text(error)
        if code == SERVER_EXCEPTION:
            return ServiceFault(f"{doing}: {code}: {text}")
        if code == CLIENT_EXCEPTION:
            for pattern, ours in KNOWN_TEXTS:
                if pattern.search(text):
                    return ours(f"{doing}: {text}")
    return translate(error, doing)
