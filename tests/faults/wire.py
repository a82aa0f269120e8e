"""Direct Connect's client with trouble on the wire: the adapter maps what comes, as it would on AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

ENDPOINT = "https://directconnect.us-east-1.amazonaws.com"
CLIENT = "DirectConnectClientException"
SERVER = "DirectConnectServerException"


@dataclass(frozen=True)
class WireFault:
    """What the client raises, and whether the call took its effect before."""

    code: str
    text: str = "An internal error has occurred"
    status: int = 400
    after_effect: bool = False

    def error(self, operation: str) -> ClientError | BotoCoreError:
        """Return the exception of the SDK."""
        if self.code == "timeout":
            lost = ReadTimeoutError if self.after_effect else ConnectTimeoutError
            return lost(endpoint_url=ENDPOINT)
        response: Any = {
            "Error": {"Code": self.code, "Message": self.text},
            "ResponseMetadata": {"HTTPStatusCode": self.status},
        }
        return ClientError(response, operation)


WIRE_FAULTS = {
    "throttled": WireFault("ThrottlingException", "Rate exceeded"),
    "throttled by another code": WireFault("Throttling", "Rate exceeded"),
    "throttled in words": WireFault(CLIENT, "Rate exceeded"),
    "server error": WireFault(SERVER, status=500),
    "server error with status 400": WireFault(SERVER),
    "unknown refusal": WireFault(CLIENT, "The moon is in the wrong house"),
    "access denied": WireFault("AccessDeniedException", "not authorized to perform this", status=403),
    "no connection": WireFault("timeout"),
    "answer lost": WireFault("timeout", after_effect=True),
}
"""Every code in use at Direct Connect (W10, W24), a refusal in unknown words, and no answer."""


class Wire:
    """A client whose next call meets the fault that was put on it."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - in boto3's shape
        """Stand before a client."""
        self._client = client
        self._fault: WireFault | None = None

    def arm(self, fault: WireFault) -> None:
        """Let the next call fail."""
        self._fault = fault

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """Return an operation of the client."""
        method = getattr(self._client, operation)

        def call(**parameters: Any) -> Any:  # noqa: ANN401 - as boto3's methods
            fault, self._fault = self._fault, None
            if fault is None:
                return method(**parameters)
            if fault.after_effect:
                method(**parameters)
            raise fault.error(operation)

        return call
