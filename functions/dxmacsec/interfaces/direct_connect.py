"""Direct Connect as the steps see it."""

from __future__ import annotations

from typing import Protocol

from dxmacsec.model import Key, KeyPair, Link


class DirectConnect(Protocol):
    """The MACsec calls of Direct Connect. Reading may be repeated; changing is never retried inside."""

    def link(self, link_id: str) -> Link:
        """Read a link with its keys and ports; a LAG's ports are its members as they are now.

        A member's id gives the member, with `lag_id` set; its keys are whatever AWS mirrors (W21).

        Raises:
            LinkNotFound: Direct Connect knows no such link.
        """
        ...

    def links(self) -> tuple[Link, ...]:
        """Read every connection, LAG and interconnect of the Region, in pages; members left out."""
        ...

    def resiliency_groups(self) -> dict[str, str]:
        """Read which resiliency group each connection or LAG belongs to, by its id; empty where there are none."""
        ...

    def macsec_speeds(self) -> dict[str, frozenset[str]]:
        """Read at which port speeds each location of the Region offers MACsec, by the location's code."""
        ...

    def associate(self, link_id: str, pair: KeyPair) -> tuple[Key, ...]:
        """Add a pair to the key chain; returns the keys that the answer lists, which may be none.

        Raises:
            PortChanging: the port is busy with a key change.
            UnknownAnswer: any other refusal.
        """
        ...

    def reassociate(self, link_id: str, secret_arn: str) -> None:
        """Add a pair that Direct Connect has seen before, by its managed secret."""
        ...

    def disassociate(self, link_id: str, secret_arn: str) -> None:
        """Remove one pair from the key chain."""
        ...

    def set_mode(self, link: Link, mode: str) -> None:
        """Set the encryption mode of a connection, an interconnect (W31) or a LAG.

        Raises:
            NotFromHere: the mode of an interconnect can't be set.
        """
        ...
