"""The keys of one port: which are configured, which MKA has proven, and which one carries the traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.driver import RouterDriverError
from agent.linux.kernel import Kernel, carrier_name
from agent.linux.participant import PRIORITY, Participant

if TYPE_CHECKING:
    from agent.linux.participant import MkaStatus
    from agent.linux.settings import LinuxPort
    from agent.linux.shell import Shell
    from dxmacsec.model import KeyPair

CHANNELS = range(1, 9)
"""Secure channels that a port may use: the three keys of a chain, one on its way in, and what was left behind."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """All participants of one port. Nothing is remembered: files, MKA and the kernel are asked each time."""

    shell: Shell
    port: LinuxPort
    folder: str
    priority: int = PRIORITY

    @property
    def _kernel(self) -> Kernel:
        return Kernel(self.shell)

    def participant(self, ckn: str) -> Participant:
        """Return the participant of a key, whether it is there or not."""
        return Participant(self.shell, self.port, self.folder, ckn.lower(), self.priority)

    def configured(self) -> list[str]:
        """Return the CKNs that are configured, in the order of their names."""
        ran = self.shell.run(("ls", "-1", f"{self.folder}/{self.port.port_id}"))
        names = ran.out.split() if ran.code == 0 else []
        return [name for name in names if self.participant(name).config() is not None]

    def add(self, pair: KeyPair) -> None:
        """Let a key run beside the others. Repeating it changes nothing.

        Raises:
            RouterDriverError: no channel is free, or wpa_supplicant doesn't start.
        """
        participant = self.participant(pair.ckn)
        participant.configure(pair, participant.channel() or self._free_channel())
        participant.start()

    def proven(self, ckn: str) -> MkaStatus | None:
        """Return MKA's word on a key, if both ends hold it and encrypt under it; else None."""
        status = self.participant(ckn).status()
        return status if status and status.proven and status.ckn == ckn.lower() else None

    def move_to(self, ckn: str) -> bool:
        """Let a proven key carry the traffic, once the other end answers under it; say whether it does now.

        Raises:
            RouterDriverError: the kernel refused.
        """
        status = self.proven(ckn)
        device = self._kernel.devices(self.port.interface).get(status.sci) if status else None
        if device is None:
            return False
        carrier = carrier_name(self.port, device)
        if self._kernel.routed(self.port) != carrier:
            ready = self._kernel.prepared(self.port, device) and self._kernel.answers(self.port, carrier)
            if not ready:
                return False
            self._kernel.route(self.port, carrier)
        return True

    def in_use(self) -> str | None:
        """Return the CKN that carries the traffic: proven by MKA, and the routes go over its device.

        Raises:
            RouterDriverError: the kernel can't be asked.
        """
        carrier = self._kernel.routed(self.port)
        if carrier is None:
            return None
        devices = self._kernel.devices(self.port.interface).items()
        channels = {carrier_name(self.port, name): sci for sci, name in devices}
        for ckn in self.configured():
            status = self.proven(ckn)
            if status and channels.get(carrier) == status.sci:
                return ckn
        return None

    def drop(self, ckn: str) -> None:
        """Stop a key and remove its files; its CAK is on this machine no more. Repeating it is safe.

        Raises:
            RouterDriverError: it still runs.
        """
        participant = self.participant(ckn)
        if participant.config() is None:
            return
        participant.stop()
        channel = participant.channel()
        if channel is not None:
            self._kernel.remove_left_over(self.port.interface, channel)
        participant.forget()

    def _free_channel(self) -> int:
        taken = {self.participant(ckn).channel() for ckn in self.configured()}
        free = [channel for channel in CHANNELS if channel not in taken]
        if not free:
            message = f"{self.port.interface} has no secure channel left"
            raise RouterDriverError(message)
        return free[0]
