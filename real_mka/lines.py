"""A line in the virtual machine: two ends, each a machine of its own to the kernel, and a capture between."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.linux.settings import LinuxPort
from real_mka.ends import End, EndShell
from real_mka.flows import direction, read_notes
from real_mka.machine import MachineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from real_mka.flows import Direction
    from real_mka.machine import Machine

FLOW_PORT = 4000
PYTHON = "/usr/bin/python3.11"
LINGER_SECONDS = 15
"""How long a flow or a capture may take to end after it was told to: longer than a flow lingers for late datagrams."""

AWS_PRIORITY = 16
BEGIN_SECONDS = 60
LOOK_SECONDS = 0.2


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
