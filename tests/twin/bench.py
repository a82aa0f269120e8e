"""A test bench: a twin on a virtual clock, and the few moves that tests make again and again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.twin import (
    DEFAULT_ESTATE,
    DirectConnectTwin,
    Estate,
    InMemoryManagedSecrets,
    TwinError,
    VirtualClock,
    World,
)

NORTH = "dxcon-fg5678gh"
SOUTH = "dxcon-fh2j4k6m"
PLAIN = "dxcon-fp1g2h3j"
EDGE = "dxcon-ffw7x8y9"
HOSTED = "dxcon-fk9l8m7n"
LAG = "dxlag-fgt5r4e3"
MEMBER = "dxcon-fm1n2p3q"
OTHER_MEMBER = "dxcon-fm4n5p6q"

START = datetime(2026, 1, 1, tzinfo=UTC)
CKN = "ab" * 32
CAK = "12" * 32


class Bench:
    """A twin on a virtual clock."""

    def __init__(self, world: World | None = None, estate: Estate = DEFAULT_ESTATE) -> None:
        """Start the twin in `world`."""
        self.clock = VirtualClock(START)
        self.secrets = InMemoryManagedSecrets()
        self.twin = DirectConnectTwin(estate, world, self.clock, self.secrets)

    def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """Make an API call."""
        return self.twin.call(operation, parameters)

    def refusal(self, operation: str, **parameters: object) -> TwinError:
        """Make an API call that must be refused, and return the error."""
        with pytest.raises(TwinError) as refused:
            self.twin.call(operation, parameters)
        return refused.value

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)

    def link(self, link_id: str) -> dict[str, Any]:
        """Describe a link of any kind."""
        answer: dict[str, Any]
        if link_id.startswith("dxlag-"):
            (answer,) = self.call("DescribeLags", lagId=link_id)["lags"]
        elif link_id == EDGE:
            (answer,) = self.call("DescribeInterconnects", interconnectId=link_id)["interconnects"]
        else:
            (answer,) = self.call("DescribeConnections", connectionId=link_id)["connections"]
        return answer

    def keys(self, link_id: str) -> list[dict[str, Any]]:
        """Return a link's key chain."""
        keys: list[dict[str, Any]] = self.link(link_id)["macSecKeys"]
        return keys

    def associate(self, link_id: str, ckn: str = CKN, cak: str = CAK) -> str:
        """Associate a pair and return its secretARN."""
        keys = self.call("AssociateMacSecKey", connectionId=link_id, ckn=ckn, cak=cak)["macSecKeys"]
        return next(str(key["secretARN"]) for key in keys if key["ckn"].casefold() == ckn.casefold())

    def disassociate(self, link_id: str, arn: str) -> dict[str, Any]:
        """Disassociate a key."""
        return self.call("DisassociateMacSecKey", connectionId=link_id, secretARN=arn)

    def add_key(self, link_id: str, ckn: str = CKN, cak: str = CAK) -> str:
        """Bring a new pair to both ends, and wait until it is associated."""
        self.twin.router(link_id).install(ckn, cak)
        arn = self.associate(link_id, ckn, cak)
        self.wait(3)
        return arn

    def first_arn(self, link_id: str) -> str:
        """Return the secretARN of the oldest key of a link."""
        return str(self.keys(link_id)[0]["secretARN"])

    def lost(self, link_id: str) -> float:
        """Return how many seconds of a link were not encrypted."""
        seconds = self.twin.meter.seconds(link_id)
        return seconds.clear + seconds.dropped
