"""What happens to the customer's frames on a port and on a link; pure functions (sections 1 and 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sandbox.twin.keychain import Keychain
    from sandbox.twin.plant import Port
    from sandbox.twin.world import World

Kind = Literal["encrypted", "clear", "dropped"]


def port_traffic(port: Port, chain: Keychain, world: World, now: datetime) -> Kind:
    """Say what a port does with a frame at `now`. The order is the specification."""
    if not port.is_live(now):
        return "dropped"
    if world.W1 == "pending-cut" and chain.changing:
        return "dropped"
    if not port.capable or chain.mode == "no_encrypt":
        return "clear"
    if port.session.is_up(now):
        return "encrypted"
    if now < port.session.silent_until:
        return "dropped"
    return "clear" if chain.mode == "should_encrypt" or now < port.grace_until else "dropped"


def link_traffic(kinds: Iterable[Kind], minimum_links: int = 0) -> Kind:
    """Say what a link does with its traffic, given the ports that are in its bundle.

    The worst port counts: a frame may be hashed onto any of them. With fewer passing ports than
    `minimumLinks` AWS takes the whole LAG down (LAG page).
    """
    ports = list(kinds)
    passing = sum(kind != "dropped" for kind in ports)
    if not ports or "dropped" in ports or passing < minimum_links:
        return "dropped"
    return "clear" if "clear" in ports else "encrypted"
