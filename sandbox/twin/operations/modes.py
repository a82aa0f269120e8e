"""Setting a link's encryption mode, as UpdateConnection and UpdateLag do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.twin.estate import MODES
from sandbox.twin.faults import client_error, key_error

if TYPE_CHECKING:
    from sandbox.twin.plant import Holder
    from sandbox.twin.stage import Stage


def set_mode(stage: Stage, holder: Holder, mode: str) -> None:
    """Set the mode of a link.

    Raises:
        TwinError: the mode is none, the link isn't MACsec capable, or must_encrypt is refused without
            encryption (W3).
    """
    if mode not in MODES:
        message = f"encryptionMode must be one of {', '.join(MODES)}"
        raise client_error(message)
    if not holder.capable:
        raise key_error(stage.net.world, f"{holder.id} is not MACsec capable")
    ports = stage.net.ports_of(holder)
    encrypted = bool(ports) and all(port.session.is_up(stage.net.now) for port in ports)
    if mode == "must_encrypt" and not encrypted and stage.net.world.W3 == "refused":
        message = f"{holder.id} can not be set to must_encrypt while its encryption is down"
        raise client_error(message)
    stage.keying.set_mode(holder, mode)
