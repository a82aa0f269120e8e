"""The states that Direct Connect shows for ports and LAGs, and whether keys may change now (W1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.twin.plant import Lag
from sandbox.twin.traffic import port_traffic

if TYPE_CHECKING:
    from sandbox.twin.keychain import Keychain
    from sandbox.twin.network import Network
    from sandbox.twin.plant import Holder, Port

_LIVES = ("available", "pending", "requested")


def port_state(net: Network, port: Port) -> str:
    """Return the connectionState or interconnectState of a port."""
    if port.life != "available":
        return port.life
    if not port.is_live(net.now):
        return "down"
    return "pending" if _shows_pending(net, net.chain_of(port)) else "available"


def lag_state(net: Network, lag: Lag) -> str:
    """Return the lagState: that of its most advanced members, `down` without enough passing ones."""
    members = net.members(lag.id)
    if lag.life in ("deleting", "deleted"):
        return lag.life
    life = next((life for life in _LIVES if any(port.life == life for port in members)), "available")
    if life != "available":
        return life
    passing = [port for port in members if port_traffic(port, lag.own, net.world, net.now) != "dropped"]
    live = [port for port in members if port.is_live(net.now)]
    if not live or (lag.minimum_links and len(passing) < lag.minimum_links):
        return "down"
    return "pending" if _shows_pending(net, lag.own) else "available"


def state_of(net: Network, holder: Holder) -> str:
    """Return the state of a port or a LAG."""
    return lag_state(net, holder) if isinstance(holder, Lag) else port_state(net, holder)


def takes_key_changes(net: Network, holder: Holder) -> bool:
    """Say whether keys may be added or removed now.

    A port on its way to its first `available` may hold keys (section 3); one that is `pending` because of
    a key change takes no other (W1, TF#26274).
    """
    if _shows_pending(net, holder.own):
        return False
    return state_of(net, holder) in ("available", "pending")


def _shows_pending(net: Network, chain: Keychain) -> bool:
    return chain.changing and net.world.W1 != "available"
