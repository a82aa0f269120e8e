"""A line in the virtual machine: two ends, each a machine of its own to the kernel, and a capture between."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.linux.keyring import Keyring
from agent.linux.settings import LinuxPort, LinuxSettings
from real_mka.flows import direction, read_notes
from real_mka.machine import MachineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.linux.shell import Ran
    from real_mka.flows import Direction
    from real_mka.machine import Machine

FLOW_PORT = 4000
PYTHON = "/usr/bin/python3.11"
BUSYBOX = "/bin/busybox"
BUSYBOX_ONLY = frozenset({"arping", "ls", "rmdir"})
LINGER_SECONDS = 15
"""How long a flow or a capture may take to end after it was told to: longer than a flow lingers for late datagrams."""

AWS_PRIORITY = 16
BEGIN_SECONDS = 60
LOOK_SECONDS = 0.2


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


@dataclass
class Line:
    """A cable between a customer's end and AWS's; made once, then carrying a flow as long as it is asked to."""

    machine: Machine
    name: str
    port_id: str
    network: int
    vlan: int | None = None
    _running: list[int] = field(default_factory=list)

    @property
    def customer(self) -> End:
        """Return the customer's end."""
        return self._end("c", 1, 2)

    @property
    def aws(self) -> End:
        """Return AWS's end."""
        return self._end("a", 2, 1)

    def lay(self) -> None:
        """Make both ends and the cable between them."""
        for end in (self.customer, self.aws):
            self._well("ip", "netns", "add", end.shell.name)
        self._well(
            *("ip", "link", "add", self.customer.port.interface, "netns", self.customer.shell.name),
            *("type", "veth", "peer", "name", self.aws.port.interface, "netns", self.aws.shell.name),
        )
        for end in (self.customer, self.aws):
            name, port = end.shell.name, end.port
            self._well("ip", "-n", name, "link", "set", "lo", "up")
            self._well("ip", "-n", name, "link", "set", port.interface, "up")
            self._well("ip", "-n", name, "address", "add", f"{port.address}/32", "dev", "lo")

    def capture(self) -> None:
        """Note every frame on the cable from now on.

        Raises:
            MachineError: the capture doesn't begin.
        """
        self._running.append(
            self.machine.launch(
                [
                    *("ip", "netns", "exec", self.customer.shell.name),
                    *(
                        "tcpdump",
                        "-i",
                        self.customer.port.interface,
                        "-Z",
                        "root",
                        "-U",
                        "-s",
                        "0",
                        "-w",
                        self._file("pcap"),
                    ),
                ],
                self._file("tcpdump.log"),
            )
        )
        self._await_text(self._file("tcpdump.log"), "listening on", "the capture does not begin")

    def captured(self) -> bytes:
        """End the capture and return its file.

        Raises:
            MachineError: there is none.
        """
        self.machine.interrupt(self._running.pop(0), LINGER_SECONDS)
        body = self.machine.read(self._file("pcap"))
        if body is None:
            message = f"{self.name}: no capture: {self.machine.read(self._file('tcpdump.log'))!r}"
            raise MachineError(message)
        return body

    def flow(self) -> list[int]:
        """Start the numbered flow both ways, wait until both ends send, and return its programs.

        Raises:
            MachineError: nothing goes from one end to the other.
        """
        programs = [self._flow_from(end) for end in (self.customer, self.aws)]
        for end in (self.customer, self.aws):
            self._await_text(self._flow_log(end), "both ends are there", "the flow does not begin")
        return programs

    def flowed(self, programs: Sequence[int]) -> tuple[Direction, Direction]:
        """End the flow, both ends at once, and return what became of it: from the customer's end, and from AWS's."""
        with ThreadPoolExecutor(len(programs)) as pool:
            list(pool.map(lambda pid: self.machine.interrupt(pid, LINGER_SECONDS), programs))
        customer, aws = (read_notes(self.machine.read(self._notes(end)) or b"") for end in (self.customer, self.aws))
        return direction(customer, aws), direction(aws, customer)

    def _flow_from(self, end: End) -> int:
        addresses = (end.port.address, end.port.peer, str(FLOW_PORT))
        argv = ["ip", "netns", "exec", end.shell.name, PYTHON, "/guest/flow.py", *addresses, self._notes(end)]
        return self.machine.launch(argv, self._flow_log(end))

    def _await_text(self, path: str, text: str, trouble: str) -> None:
        deadline = time.monotonic() + BEGIN_SECONDS
        while text.encode() not in (seen := self.machine.read(path) or b""):
            if time.monotonic() > deadline:
                message = f"{self.name}: {trouble}: {seen.decode(errors='replace')}"
                raise MachineError(message)
            self.machine.wait(LOOK_SECONDS)

    @staticmethod
    def _flow_log(end: End) -> str:
        return f"/run/{end.shell.name}.log"

    def _notes(self, end: End) -> str:
        return f"/run/{end.shell.name}.notes"

    def _file(self, kind: str) -> str:
        return f"/run/{self.name}.{kind}"

    def _end(self, letter: str, own: int, other: int) -> End:
        name = f"{self.name}-{letter}"
        address, peer = (f"169.254.{self.network}.{number}" for number in (own, other))
        port = LinuxPort(self.port_id, f"{self.name}{letter}0", address, peer, (f"{peer}/32",), self.vlan)
        return End(EndShell(self.machine, name), port)

    def _well(self, *argv: str) -> None:
        self.machine.run_well(argv)
