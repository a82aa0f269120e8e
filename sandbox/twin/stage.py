"""The stage on which operations play: the network, and the hands that change it."""

from __future__ import annotations

import hashlib
import string
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.twin.faults import CONNECTION, INTERCONNECT, LAG, client_error, not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.twin.keying import Keying
    from sandbox.twin.membership import Membership
    from sandbox.twin.network import Network
    from sandbox.twin.plant import Holder, Hosted, Lag, Port

_ALPHABET = string.digits + string.ascii_lowercase
_ID_LENGTH = 8


@dataclass
class Stage:
    """What an operation gets besides its parameters."""

    net: Network
    keying: Keying
    membership: Membership
    reads: dict[str, int] = field(default_factory=dict)

    def new_id(self, prefix: str) -> str:
        """Return a fresh id such as dxcon-fg5678gh, the same one in each run."""
        number = len(self.net.ports) + len(self.net.lags) + len(self.net.hosted)
        while True:
            number += 1
            digest = hashlib.sha256(f"{prefix}/{number}".encode()).digest()
            fresh = f"{prefix}-f" + "".join(_ALPHABET[byte % 36] for byte in digest[: _ID_LENGTH - 1])
            if self.net.holder(fresh) is None and fresh not in self.net.hosted:
                return fresh

    def port(self, resource_id: str, kind: str | None = None) -> Port:
        """Return a port that isn't deleted.

        Raises:
            TwinError: there is none of that id, or it is of another kind.
        """
        port = self.net.ports.get(resource_id)
        if port is None or port.life == "deleted" or (kind is not None and port.kind != kind):
            raise not_found(INTERCONNECT if kind == "interconnect" else CONNECTION, resource_id)
        return port

    def lag(self, lag_id: str) -> Lag:
        """Return a LAG that isn't deleted.

        Raises:
            TwinError: there is none of that id.
        """
        lag = self.net.lags.get(lag_id)
        if lag is None or lag.life == "deleted":
            raise not_found(LAG, lag_id)
        return lag

    def hosted(self, connection_id: str) -> Hosted:
        """Return a hosted connection that isn't deleted.

        Raises:
            TwinError: there is none of that id.
        """
        hosted = self.net.hosted.get(connection_id)
        if hosted is None or hosted.life == "deleted":
            raise not_found(CONNECTION, connection_id)
        return hosted

    def holder(self, resource_id: str) -> Holder:
        """Return the port or LAG of that id.

        Raises:
            TwinError: there is none.
        """
        return self.lag(resource_id) if resource_id.startswith("dxlag-") else self.port(resource_id)

    def provision(self, thing: Port | Lag | Hosted) -> None:
        """Lead a new thing from `requested` over `pending` to `available`, as the world's clock has it."""
        seconds = self.net.world.seconds
        self.net.later(seconds.requested, partial(_live_on, thing, "requested", "pending"))
        self.net.later(seconds.requested + seconds.pending, partial(_live_on, thing, "pending", "available"))

    def retire(self, thing: Port | Lag | Hosted) -> None:
        """Lead a thing over `deleting` to `deleted`."""
        thing.life = "deleting"
        self.net.later(self.net.world.seconds.deleting, partial(_live_on, thing, "deleting", "deleted"))


def _live_on(thing: Port | Lag | Hosted, before: str, after: str) -> None:
    if thing.life == before:
        thing.life = after


def required(parameters: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - whatever the wire carried
    """Return a parameter that must be there.

    Raises:
        TwinError: it is missing or empty.
    """
    value = parameters.get(name)
    if value is None or value == "":
        message = f"Missing required parameter: {name}"
        raise client_error(message)
    return value
