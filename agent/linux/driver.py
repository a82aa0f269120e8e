"""The driver for a Linux router: make before break, so that no frame is lost when the key changes.

install   a second wpa_supplicant with the new pair, on a secure channel of its own; the traffic stays
prove     MKA says `Secured`, a live peer, the CKN; the other end answers; then the routes move
confirm   read only
remove    the old one is stopped, and its CAK is gone from the machine
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent.driver import RouterDriverError
from agent.linux.keyring import Keyring
from agent.linux.settings import settings_from_toml
from agent.linux.shell import LocalShell

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.driver import PortCkns
    from agent.linux.settings import LinuxSettings
    from agent.linux.shell import Shell
    from agent.task import RouterTask
    from dxmacsec.model import KeyPair

SETTINGS_VARIABLE = "DXMACSEC_LINUX_SETTINGS"
"""The environment variable that names the settings file."""


class LinuxDriver:
    """Drives the ports of one Linux machine; may be killed between any two commands and asked again."""

    def __init__(
        self,
        settings: LinuxSettings,
        shell: Shell,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the settings, the machine, and the clock by which a task's deadline is told."""
        self._settings, self._shell, self._clock = settings, shell, clock

    def install(self, task: RouterTask, pair: KeyPair) -> PortCkns:
        """Run the new key beside the one in use, which goes on carrying the traffic.

        Raises:
            RouterDriverError: a port is unknown here, or wpa_supplicant doesn't start.
        """
        for keyring in self._keyrings(task).values():
            keyring.add(pair)
        return self._in_use(task)

    def prove(self, task: RouterTask) -> PortCkns:
        """Move each port's traffic to the new key as soon as MKA has proven it; one without proof stays.

        The old key runs on: were it stopped before the other end has moved too, frames would be lost.

        Raises:
            RouterDriverError: the key was never installed, or the machine refused.
        """
        ckn = (task.ckn or "").lower()
        waiting = self._keyrings(task)
        for keyring in waiting.values():
            if keyring.participant(ckn).config() is None:
                message = f"{task.link}: no key {ckn[:8]} is installed on {keyring.port.interface}"
                raise RouterDriverError(message)
            keyring.participant(ckn).start()
        until = min(self._clock().timestamp() + self._settings.secure_seconds, task.deadline.timestamp())
        while waiting := {port: keyring for port, keyring in waiting.items() if not keyring.move_to(ckn)}:
            if self._clock().timestamp() >= until:
                break
            self._shell.wait(self._settings.poll_seconds)
        return self._in_use(task)

    def confirm(self, task: RouterTask) -> PortCkns:
        """Read which key carries the traffic now.

        Raises:
            RouterDriverError: the machine can't be asked.
        """
        return self._in_use(task)

    def remove(self, task: RouterTask) -> PortCkns:
        """Stop the old keys and forget their CAKs; a key that carries traffic stays.

        Raises:
            RouterDriverError: one of them doesn't stop.
        """
        for keyring in self._keyrings(task).values():
            used = keyring.in_use()
            for ckn in task.old_ckns:
                if ckn.lower() != used:
                    keyring.drop(ckn)
        return self._in_use(task)

    def _in_use(self, task: RouterTask) -> PortCkns:
        return {port: keyring.in_use() for port, keyring in self._keyrings(task).items()}

    def _keyrings(self, task: RouterTask) -> dict[str, Keyring]:
        unknown = [port for port in task.ports if port not in self._settings.ports]
        if unknown:
            message = f"{task.link}: this router has no port {', '.join(unknown)}"
            raise RouterDriverError(message)
        folder = self._settings.folder
        return {port: Keyring(self._shell, self._settings.ports[port], folder) for port in task.ports}


def from_environment() -> LinuxDriver:
    """Return the driver of this machine: `python -m agent --driver agent.linux.driver:from_environment`.

    Raises:
        KeyError: the environment names no settings file.
        OSError, LinuxSettingsError: it can't be read.
    """
    return LinuxDriver(settings_from_toml(Path(os.environ[SETTINGS_VARIABLE]).read_text()), LocalShell())
