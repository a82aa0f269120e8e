"""The errors that the twin answers with, as Direct Connect names and words them.

TwinError
├─ DirectConnectClientException   the caller asked for something wrong (section 4 of the reference)
├─ DirectConnectServerException   the service failed; its HTTP status is W24
├─ ThrottlingException            or one of its other faces, W10
└─ DuplicateTagKeysException      tags only
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.twin.world import World


class TwinError(Exception):
    """An AWS error answer: a code, a message, and the HTTP status of the wire."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        """Keep what the front has to render."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


CONNECTION = "Connection"
LAG = "Lag"
INTERCONNECT = "Interconnect"


def client_error(message: str) -> TwinError:
    """Make the error for a request that is wrong."""
    return TwinError("DirectConnectClientException", message)


def server_error(world: World, message: str = "An internal error has occurred") -> TwinError:
    """Make the error for a failure of the service, with the status that W24 plays."""
    return TwinError("DirectConnectServerException", message, 400 if world.W24 == "400" else 500)


def key_error(world: World, message: str) -> TwinError:
    """Make the error for a key that can't be taken, in the family that W5 plays."""
    return server_error(world, message) if world.W5 == "server-exception" else client_error(message)


def throttled(world: World) -> TwinError:
    """Make the error for too many requests, with the face that W10 plays."""
    if world.W10 == "client-exception":
        return client_error("Rate exceeded")
    return TwinError(world.W10, "Rate exceeded")


def not_found(kind: str, resource_id: str) -> TwinError:
    """Make the error for an id that nobody has, in the wording that Terraform's provider matches."""
    return client_error(f"Could not find {kind} with ID {resource_id}")


def not_available(account_id: str) -> TwinError:
    """Make the error for a key change on a port that isn't `available` (TF#26274)."""
    message = f"The port is not in available state to associate the key for account {account_id}"
    return client_error(message)
