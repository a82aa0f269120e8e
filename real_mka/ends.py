"""One end of a line in the virtual machine: a network of its own, driven as the product's driver drives a router."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.linux.keyring import Keyring
from agent.linux.settings import LinuxPort, LinuxSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.linux.shell import Ran
    from real_mka.machine import Machine

BUSYBOX = "/bin/busybox"
BUSYBOX_ONLY = frozenset({"arping", "ls", "rmdir"})


@dataclass(frozen=True, slots=True)
class EndShell:
    """The `Shell` of one end of a line: programs run in its network, files are the machine's."""

    machine: Machine
    name: str

    def run(self, argv: Sequence[str]) -> Ran:
        """Run a program in this end's network."""
        program = [BUSYBOX, *argv] if argv[0] in BUSYBOX_ONLY else list(argv)
        if argv[0] == "ip":
            program = ["ip", "-n", self.name, *argv[1:]]
        elif argv[0] not in ("wpa_cli", "ls", "rmdir"):
            program = ["ip", "netns", "exec", self.name, *program]
        return self.machine.run(program)

    def read(self, path: str) -> str | None:
        """Return a file's text, None where there is none."""
        body = self.machine.read(path)
        return None if body is None else body.decode()

    def write(self, path: str, text: str) -> None:
        """Put a file in its place in one go."""
        self.machine.write(path, text.encode())

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        self.machine.remove(path)

    def wait(self, seconds: float) -> None:
        """Let the machine work for a while."""
        self.machine.wait(seconds)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a line."""

    shell: EndShell
    port: LinuxPort

    @property
    def settings(self) -> LinuxSettings:
        """Return the settings with which the product's driver finds this end."""
        return LinuxSettings({self.port.port_id: self.port}, self.folder)

    @property
    def folder(self) -> str:
        """Return where this end keeps its keys."""
        return f"/run/{self.shell.name}"

    def keyring(self, priority: int) -> Keyring:
        """Return this end's keys."""
        return Keyring(self.shell, self.port, self.folder, priority)
